package dev.peatmesh.sync.internal.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.peatmesh.sync.DocumentKey;
import dev.peatmesh.sync.internal.guard.ChangeHash;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Two nodes that exchange frames. A document is a version number: of two, the higher one is newer.
 * Counts what a real link would carry.
 */
final class Replicas {
  static final int FRAME_BYTES = 64 << 10;
  static final long BUCKET_SECONDS = 1_000;

  final Side left;
  final Side right;

  /** The bytes of all frames, the longest chain of frames that answer one another, the frames. */
  long bytes;

  int legs;
  int frames;
  int outstandingMost;

  private long nextSalt = 1;
  private Runnable betweenFrames = () -> {};

  /** One node, and the versions that its exchange told it to ask for or to send. */
  static final class Side {
    final DocumentIndex index = new DocumentIndex(1_100_000, 10_000, BUCKET_SECONDS);
    final Reconciliation reconciliation;
    final Map<DocumentKey, List<ChangeHash>> offered = new TreeMap<>();
    final Set<DocumentKey> lacking = new TreeSet<>();
    private final Deque<Sent> inbox = new ArrayDeque<>();
    private int leg;

    private Side(boolean leads, int outstandingMax) {
      reconciliation = new Reconciliation(index, leads, outstandingMax);
    }

    void put(DocumentKey key, long version) {
      index.put(key, version(version));
    }

    void delete(DocumentKey key, long version, long seconds) {
      index.put(key, new DocumentFacts(heads(version), true, seconds, false, 0, 0));
    }
  }

  private record Sent(RangeFrame frame, int leg) {}

  Replicas() {
    this(Reconciliation.OUTSTANDING_MAX);
  }

  /** Both sides drop ranges beyond so many. */
  Replicas(int outstandingMax) {
    left = new Side(true, outstandingMax);
    right = new Side(false, outstandingMax);
  }

  static DocumentKey key(int id) {
    return key("tracks", id);
  }

  static DocumentKey key(String collection, int id) {
    return new DocumentKey(collection, "document-" + id);
  }

  static DocumentFacts version(long version) {
    return new DocumentFacts(heads(version), false, 0, false, 0, 0);
  }

  static List<ChangeHash> heads(long version) {
    return List.of(new ChangeHash(version, 0, 0, 0));
  }

  /** Calls this after each frame that arrives: the place to change documents meanwhile. */
  void betweenFrames(Runnable action) {
    betweenFrames = action;
  }

  /** The same documents on both sides. */
  void fillBoth(int documents) {
    for (int i = 0; i < documents; i++) {
      left.put(key(i), 1);
      right.put(key(i), 1);
    }
  }

  boolean equal() {
    return left.index.fingerprint(Scope.ALL).equals(right.index.fingerprint(Scope.ALL));
  }

  /** One exchange to its end. */
  void exchange() {
    exchange(Scope.ALL, FRAME_BYTES);
  }

  /** An exchange in which both sides compare only so much, and frames are bounded. */
  void exchange(Scope scope, int frameBytes) {
    left.reconciliation.begin(nextSalt++ * 0x9E37_79B9_7F4A_7C15L, scope);
    left.leg = 0;
    boolean busy = true;
    while (busy) {
      busy = send(left, right, frameBytes) | send(right, left, frameBytes);
      busy |= receive(left, scope) | receive(right, scope);
    }
    assertThat(left.reconciliation.isIdle()).isTrue();
    assertThat(right.reconciliation.isIdle()).isTrue();
  }

  /** Brings the newer version of each difference to the other side. */
  void transfer() {
    Map<DocumentKey, List<ChangeHash>> toLeft = new TreeMap<>(left.offered);
    Map<DocumentKey, List<ChangeHash>> toRight = new TreeMap<>(right.offered);
    left.lacking.forEach(key -> have(left, key, toRight));
    right.lacking.forEach(key -> have(right, key, toLeft));
    // Whoever is offered an older version answers with its own.
    left.offered.keySet().forEach(key -> have(left, key, toRight));
    right.offered.keySet().forEach(key -> have(right, key, toLeft));
    toLeft.keySet().forEach(key -> copy(right, left, key));
    toRight.keySet().forEach(key -> copy(left, right, key));
    for (Side each : List.of(left, right)) {
      each.offered.clear();
      each.lacking.clear();
    }
  }

  private static void have(Side side, DocumentKey key, Map<DocumentKey, List<ChangeHash>> into) {
    DocumentEntry entry = side.index.get(key);
    if (entry != null) {
      into.put(key, entry.facts().heads());
    }
  }

  private static void copy(Side from, Side to, DocumentKey key) {
    DocumentEntry entry = from.index.get(key);
    DocumentEntry before = to.index.get(key);
    if (entry != null && (before == null || version(before) < version(entry))) {
      to.index.put(key, entry.facts());
    }
  }

  private static long version(DocumentEntry entry) {
    return entry.facts().heads().get(0).a();
  }

  private boolean send(Side from, Side to, int frameBytes) {
    outstandingMost = Math.max(outstandingMost, from.reconciliation.outstanding());
    RangeFrame frame = from.reconciliation.next(frameBytes);
    if (frame == null) {
      return false;
    }
    var encoded = RangeBytes.encode(frame);
    assertThat(frame.encodedBytes()).isEqualTo(encoded.remaining()).isLessThanOrEqualTo(frameBytes);
    bytes += encoded.remaining();
    frames++;
    to.inbox.add(new Sent(RangeBytes.decode(encoded), from.leg + 1));
    return true;
  }

  private boolean receive(Side side, Scope scope) {
    Sent sent = side.inbox.poll();
    if (sent == null) {
      return false;
    }
    side.leg = Math.max(side.leg, sent.leg());
    legs = Math.max(legs, sent.leg());
    for (Difference each : side.reconciliation.handle(sent.frame(), scope)) {
      if (each instanceof Difference.Offered offered) {
        side.offered.put(offered.key(), offered.heads());
      } else {
        side.lacking.add(each.key());
      }
    }
    betweenFrames.run();
    return true;
  }
}
