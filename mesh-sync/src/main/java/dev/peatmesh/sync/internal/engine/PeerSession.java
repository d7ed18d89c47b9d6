package dev.peatmesh.sync.internal.engine;

import dev.peatmesh.sync.internal.reconcile.DocumentIndex;
import dev.peatmesh.sync.internal.reconcile.Fingerprint;
import dev.peatmesh.sync.internal.reconcile.Reconciliation;
import dev.peatmesh.sync.internal.reconcile.Scope;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What is under way with one peer while a link to it stands: what waits to be sent, what was asked
 * for, and what both have agreed on. Belongs to the document loop.
 */
final class PeerSession {
  private final PeerId peer;
  private final DocumentIndex index;
  private final boolean leads;
  private Reconciliation reconciliation;
  private Outbox outbox;

  final Requests requests = new Requests();
  final RepairBackoff repairs = new RepairBackoff();

  /** Collections whose contract the peer was told. */
  final Set<String> told = new HashSet<>();

  /** Collections that both keep differently. */
  final Set<String> refused = new TreeSet<>();

  Set<PeerId> neighbours = Set.of();
  boolean writable = true;
  boolean wakeArmed;

  /** Whether the peer was told last that we are paused. */
  boolean saidPaused;

  /** The peer has asked for silence. */
  boolean pausedThere;

  /** The inquiries that go back to questions of the peer, the oldest first. */
  final Set<Object> questions = new LinkedHashSet<>();

  long lastTrafficNanos;
  long lastComparedNanos;

  SyncFrame.@Nullable Hello hello;

  /** The last agreement with this very replica, before this link or on it. */
  Optional<Agreement> agreement = Optional.empty();

  /** The peer's durable sequence when both last held the same; 0 while that is not known. */
  long theirSequence;

  /** Whether our last summary was told before all that it covers was durable here. */
  boolean toldTooEarly;

  /** When the agreement was last kept durably, by our clock. */
  long agreementKeptMillis;

  /** The version of the index at which both held the same; -1 while they do not. */
  long agreedVersion = -1;

  /** The lowest bucket of deletes that both keep. */
  int fromBucket;

  /** What the peer was told last of what we hold, and of how much of it. */
  @Nullable Fingerprint toldFingerprint;

  Scope toldScope = Scope.ALL;

  /** What the peer told last of what it holds, when that was something else. */
  @Nullable Fingerprint theirFingerprint;

  PeerSession(PeerId peer, DocumentIndex index, boolean leads) {
    this.peer = peer;
    this.index = index;
    this.leads = leads;
    reconciliation = new Reconciliation(index, leads);
    outbox = new Outbox(reconciliation);
  }

  PeerId peer() {
    return peer;
  }

  /** Whether this side begins to search for differences. */
  boolean leads() {
    return leads;
  }

  Outbox outbox() {
    return outbox;
  }

  Reconciliation reconciliation() {
    return reconciliation;
  }

  /** What is compared with the peer. */
  Scope scope() {
    return new Scope(refused, fromBucket);
  }

  /** Whether the peer knows that we hold this, of what is compared now: else it cannot compare. */
  boolean hasTold(Fingerprint ours) {
    return ours.equals(toldFingerprint) && scope().equals(toldScope);
  }

  boolean refuses(String collection) {
    return refused.contains(collection);
  }

  boolean agreed(long version) {
    return agreedVersion == version;
  }

  boolean settled() {
    return outbox.idle() && requests.isEmpty() && !outbox.isBehind();
  }

  /** Forgets all that is under way, as if the link were new. */
  void reset() {
    reconciliation = new Reconciliation(index, leads);
    outbox = new Outbox(reconciliation);
    requests.clear();
    told.clear();
    agreedVersion = -1;
    theirSequence = 0;
    toldTooEarly = false;
    toldFingerprint = null;
  }
}
