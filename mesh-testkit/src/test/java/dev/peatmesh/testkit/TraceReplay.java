package dev.peatmesh.testkit;

import dev.peatmesh.sync.Text;
import dev.peatmesh.sync.TextEditor;
import dev.peatmesh.sync.internal.crdt.NativeDocument;
import dev.peatmesh.sync.internal.guard.ActorId;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Replays a concurrent trace: each author has a replica, and writes each step when the replica has
 * seen exactly what the author had seen. Close it: it holds native memory.
 */
final class TraceReplay implements AutoCloseable {
  private static final String FIELD = "text";

  private final EditingTrace trace;
  private final List<NativeDocument> replicas = new ArrayList<>();

  /** Each author's changes, in order; the first of author 0 makes the text. */
  private final List<List<byte[]>> written = new ArrayList<>();

  /** What each replica has of each author's changes: a prefix of that length. */
  private final int[][] seen;

  /** Of each step, how many steps of each author it has in its past, itself included. */
  private final int[][] past;

  TraceReplay(EditingTrace trace) {
    this.trace = trace;
    seen = new int[trace.agents()][trace.agents()];
    past = new int[trace.steps().size()][];
    for (int agent = 0; agent < trace.agents(); agent++) {
      replicas.add(NativeDocument.create(new ActorId("0" + agent)));
      written.add(new ArrayList<>());
    }
    write(0, text -> {});
    for (int agent = 1; agent < trace.agents(); agent++) {
      catchUp(agent, 0, 1);
    }
  }

  /** Writes the steps before that one; authors hear of each other only as the trace says. */
  void playUntil(int end) {
    for (int number = 0; number < end; number++) {
      EditingTrace.Step step = trace.steps().get(number);
      past[number] = pastOf(step.parents());
      for (int author = 0; author < trace.agents(); author++) {
        if (author != step.agent()) {
          // The change that made the text comes before all steps of author 0.
          catchUp(step.agent(), author, past[number][author] + (author == 0 ? 1 : 0));
        }
      }
      past[number][step.agent()]++;
      write(step.agent(), text -> step.patches().forEach(patch -> patch.applyTo(text)));
    }
  }

  /** Hands every replica what it lacks. */
  void exchangeTheRest() {
    for (int replica = 0; replica < replicas.size(); replica++) {
      for (int author = 0; author < replicas.size(); author++) {
        catchUp(replica, author, written.get(author).size());
      }
    }
  }

  /** The changes that a replica has, each after those it stands on. */
  byte[] changes(int replica) {
    return replicas.get(replica).changes();
  }

  /** How many changes of others a replica lacks. */
  int lacking(int replica) {
    int lacking = 0;
    for (int author = 0; author < replicas.size(); author++) {
      lacking += written.get(author).size() - seen[replica][author];
    }
    return lacking;
  }

  String text(int replica) {
    return ((Text) replicas.get(replica).value().get(FIELD)).value();
  }

  @Override
  public void close() {
    replicas.forEach(NativeDocument::close);
  }

  private int[] pastOf(List<Integer> parents) {
    int[] counts = new int[trace.agents()];
    for (int parent : parents) {
      for (int author = 0; author < counts.length; author++) {
        counts[author] = Math.max(counts[author], past[parent][author]);
      }
    }
    return counts;
  }

  private void catchUp(int replica, int author, int until) {
    if (seen[replica][author] > until) {
      throw new AssertionError("author " + replica + " would have to forget what it has seen");
    }
    for (; seen[replica][author] < until; seen[replica][author]++) {
      replicas.get(replica).apply(written.get(author).get(seen[replica][author]));
    }
  }

  private void write(int agent, Consumer<TextEditor> edit) {
    replicas
        .get(agent)
        .change(root -> edit.accept(root.text(FIELD)))
        .ifPresent(chunk -> written.get(agent).add(chunk));
    seen[agent][agent] = written.get(agent).size();
  }
}
