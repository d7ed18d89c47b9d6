package dev.peatmesh.sync.internal.engine;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The peers to which a link stands, and the effects of the input at hand: what all parts of the
 * engine share. Belongs to the document loop.
 */
final class Links {
  private final Map<PeerId, PeerSession> sessions = new TreeMap<>();
  private List<SyncEffect> effects = new ArrayList<>();
  private Moment now = new Moment(0, 0);
  private boolean paused;

  void begin(Moment moment) {
    now = moment;
    effects = new ArrayList<>();
  }

  List<SyncEffect> effects() {
    return effects;
  }

  Moment now() {
    return now;
  }

  void effect(SyncEffect effect) {
    effects.add(effect);
  }

  void add(PeerSession session) {
    sessions.put(session.peer(), session);
  }

  @Nullable PeerSession remove(PeerId peer) {
    return sessions.remove(peer);
  }

  @Nullable PeerSession get(PeerId peer) {
    return sessions.get(peer);
  }

  Collection<PeerSession> all() {
    return sessions.values();
  }

  /** Those with which documents may be exchanged now. */
  List<PeerSession> open() {
    return sessions.values().stream().filter(this::isOpen).toList();
  }

  boolean isOpen(PeerSession session) {
    return !paused && !session.pausedThere;
  }

  boolean isPaused() {
    return paused;
  }

  void paused(boolean now) {
    paused = now;
  }

  /** Something about documents crosses the link: compare when it has gone quiet. */
  void traffic(PeerSession session) {
    session.lastTrafficNanos = now.nanos();
    wakeAfter(session, SyncEngine.QUIET);
  }

  void wakeAfter(PeerSession session, Duration delay) {
    if (!session.wakeArmed) {
      session.wakeArmed = true;
      effects.add(new SyncEffect.Wake(session.peer(), delay));
    }
  }
}
