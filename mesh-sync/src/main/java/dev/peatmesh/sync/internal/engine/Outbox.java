package dev.peatmesh.sync.internal.engine;

import dev.peatmesh.sync.DocumentKey;
import dev.peatmesh.sync.internal.engine.SyncFrame.Answer;
import dev.peatmesh.sync.internal.engine.SyncFrame.DocumentGone;
import dev.peatmesh.sync.internal.engine.SyncFrame.DocumentWant;
import dev.peatmesh.sync.internal.engine.SyncFrame.Question;
import dev.peatmesh.sync.internal.guard.ChangeChunk;
import dev.peatmesh.sync.internal.guard.ChangeHash;
import dev.peatmesh.sync.internal.reconcile.RangeFrame;
import dev.peatmesh.sync.internal.reconcile.Reconciliation;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * All that waits to be sent to one peer. A frame is made only when the link has room for it, out of
 * what is true then: so nothing is sent twice to a slow link, and what waits is names, not frames.
 *
 * <p>Everything in it is bounded. What does not fit is dropped, and {@link #behind} says that a
 * comparison has to find it again. Belongs to the document loop.
 */
final class Outbox {
  /** Bytes after which a frame is closed. */
  static final int FRAME_BYTES = 64 << 10;

  /** The most documents named in one kind of frame that wait. */
  static final int NAMES_MAX = 131_072;

  /** The most questions and answers about writes that wait. */
  static final int QUESTIONS_MAX = 65_536;

  /** About what a name takes on the wire, and a question or answer about a write. */
  private static final int NAME_BYTES = 64;

  private static final int ANSWER_BYTES = 600;

  private final Reconciliation reconciliation;
  private final Deque<SyncFrame> control = new ArrayDeque<>();
  private final Deque<Question> questions = new ArrayDeque<>();
  private final Deque<Answer> answers = new ArrayDeque<>();
  private final Set<DocumentKey> gone = new LinkedHashSet<>();
  private final Set<DocumentKey> heads = new LinkedHashSet<>();
  private final Map<DocumentKey, DocumentWant> wants = new LinkedHashMap<>();
  private final Pushes pushes = new Pushes();
  private final Replies replies = new Replies();
  private boolean summaryDue;
  private boolean behind;
  private boolean repairNext;

  Outbox(Reconciliation reconciliation) {
    this.reconciliation = reconciliation;
  }

  /** Queues a frame on the link itself; one of its kind that still waits is overtaken by it. */
  void control(SyncFrame frame) {
    if (!(frame instanceof SyncFrame.Contracts)) {
      control.removeIf(waiting -> waiting.getClass() == frame.getClass());
    }
    control.add(frame);
  }

  void summary() {
    summaryDue = true;
  }

  /** Queues a new change. When the link is too slow for them all, marks the peer as behind. */
  void push(DocumentKey key, ChangeChunk chunk) {
    behind |= !behind && !pushes.change(key, chunk);
  }

  /** Queues the newest state of a document without history. */
  void latest(DocumentKey key) {
    behind |= !behind && !pushes.latest(key);
  }

  void serve(DocumentWant want) {
    replies.serve(want);
  }

  void heads(DocumentKey key) {
    addName(heads, key);
  }

  void gone(DocumentKey key) {
    addName(gone, key);
  }

  void want(DocumentWant want) {
    if (wants.size() >= NAMES_MAX && !wants.containsKey(want.key())) {
      behind = true;
      return;
    }
    wants.merge(
        want.key(),
        want,
        (before, now) -> {
          Set<ChangeHash> need = new LinkedHashSet<>(before.need());
          need.addAll(now.need());
          return new DocumentWant(now.key(), List.copyOf(need), now.have());
        });
  }

  void ask(Question question) {
    if (questions.size() < QUESTIONS_MAX) {
      questions.add(question);
    }
  }

  void answer(Answer answer) {
    if (answers.size() < QUESTIONS_MAX) {
      answers.add(answer);
    }
  }

  /** Whether something was dropped; saying so forgets it. */
  boolean wasBehind() {
    boolean was = behind;
    behind = false;
    return was;
  }

  /** Whether something was dropped that a comparison has to find. */
  boolean isBehind() {
    return behind;
  }

  /** Whether no documents are on their way, nor what must be known to send them. */
  boolean idle() {
    return pushes.isEmpty()
        && replies.isEmpty()
        && wants.isEmpty()
        && heads.isEmpty()
        && gone.isEmpty()
        && reconciliation.isIdle();
  }

  boolean isEmpty() {
    return idle() && control.isEmpty() && !summaryDue && questions.isEmpty() && answers.isEmpty();
  }

  void clear() {
    control.clear();
    questions.clear();
    answers.clear();
    gone.clear();
    heads.clear();
    wants.clear();
    pushes.clear();
    replies.clear();
    summaryDue = false;
    behind = false;
  }

  /** The next frame; null when there is nothing to say. News and repair take turns. */
  @Nullable SyncFrame next(PeerSession session, Contents contents) {
    SyncFrame first = control.poll();
    if (first != null) {
      return first;
    }
    if (summaryDue) {
      summaryDue = false;
      return contents.summary(session);
    }
    if (!questions.isEmpty()) {
      return new SyncFrame.Ask(page(questions, each -> each, each -> ANSWER_BYTES));
    }
    if (!answers.isEmpty()) {
      return new SyncFrame.Held(
          page(answers, each -> each, each -> ANSWER_BYTES + 33 * each.holders().size()));
    }
    repairNext = !repairNext;
    SyncFrame next = repairNext ? repair(contents) : pushes.next(contents);
    if (next != null) {
      return next;
    }
    return repairNext ? pushes.next(contents) : repair(contents);
  }

  private @Nullable SyncFrame repair(Contents contents) {
    if (!gone.isEmpty()) {
      List<DocumentGone> page =
          page(
                  gone,
                  contents::gone,
                  each -> each.map(DocumentGone::heads).map(Outbox::bytes).orElse(0))
              .stream()
              .flatMap(Optional::stream)
              .toList();
      if (!page.isEmpty()) {
        return new SyncFrame.Gone(page);
      }
    }
    if (!wants.isEmpty()) {
      return new SyncFrame.Want(
          page(wants.values(), each -> each, each -> bytes(each.need()) + bytes(each.have())));
    }
    RangeFrame compare = reconciliation.next(FRAME_BYTES);
    if (compare != null) {
      return new SyncFrame.Compare(compare);
    }
    if (!heads.isEmpty()) {
      return new SyncFrame.Heads(page(heads, contents::heads, each -> bytes(each.heads())));
    }
    return replies.next(contents);
  }

  /** Takes elements out until a frame is full. */
  private static <T, R> List<R> page(
      Collection<T> waiting, Function<T, R> element, ToIntFunction<R> bytes) {
    List<R> page = new ArrayList<>();
    int size = 0;
    for (Iterator<T> each = waiting.iterator(); each.hasNext() && size < FRAME_BYTES; ) {
      R next = element.apply(each.next());
      each.remove();
      page.add(next);
      size += NAME_BYTES + bytes.applyAsInt(next);
    }
    return page;
  }

  private static int bytes(List<ChangeHash> hashes) {
    return hashes.size() * ChangeHash.BYTES;
  }

  private void addName(Set<DocumentKey> names, DocumentKey key) {
    if (names.size() < NAMES_MAX) {
      names.add(key);
    } else {
      behind = true;
    }
  }
}
