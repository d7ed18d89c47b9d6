package dev.peatmesh.sync.internal.replica;

import dev.peatmesh.runtime.Loop;
import dev.peatmesh.sync.internal.engine.PeerId;
import dev.peatmesh.sync.internal.engine.SyncEffect;
import dev.peatmesh.sync.internal.engine.SyncFrame;
import dev.peatmesh.sync.internal.engine.SyncFrameCodec;
import dev.peatmesh.sync.internal.engine.SyncInput;
import java.nio.ByteBuffer;
import java.util.Collections;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * The links that stand, as the engine sees them. Belongs to the document loop. Calls that name a
 * link which another has replaced are dropped.
 */
final class PeerPorts {
  private final Map<PeerId, PeerPort> ports = new TreeMap<>();
  private final Loop loop;
  private final Consumer<PeerId> up;
  private final Consumer<SyncInput> engine;

  /**
   * @param up tells the engine of a new link
   */
  PeerPorts(Loop loop, Consumer<PeerId> up, Consumer<SyncInput> engine) {
    this.loop = loop;
    this.up = up;
    this.engine = engine;
  }

  void up(PeerId peer, PeerPort port) {
    loop.checkInLoop();
    if (ports.put(peer, port) != null) {
      engine.accept(new SyncInput.PeerDown(peer));
    }
    up.accept(peer);
  }

  void down(PeerId peer, PeerPort port) {
    if (ports.remove(peer, port)) {
      engine.accept(new SyncInput.PeerDown(peer));
    }
  }

  void writable(PeerId peer, PeerPort port) {
    if (isCurrent(peer, port)) {
      engine.accept(new SyncInput.Writable(peer));
    }
  }

  void frame(PeerId peer, PeerPort port, ByteBuffer bytes) {
    int size = bytes.remaining();
    try {
      if (isCurrent(peer, port)) {
        SyncFrame frame = SyncFrameCodec.decode(bytes);
        engine.accept(new SyncInput.Received(peer, frame));
      }
    } catch (SyncFrameCodec.MalformedFrame malformed) {
      violation(new SyncEffect.Violation(peer, String.valueOf(malformed.getMessage())));
    } finally {
      port.consumed(size);
    }
  }

  void send(SyncEffect.Send send) {
    PeerPort port = ports.get(send.peer());
    if (port == null) {
      return;
    }
    port.send(SyncFrameCodec.encode(send.frame()));
    if (!port.writable()) {
      engine.accept(new SyncInput.Blocked(send.peer()));
    } else if (send.more()) {
      engine.accept(new SyncInput.Writable(send.peer()));
    }
  }

  void violation(SyncEffect.Violation violation) {
    PeerPort port = ports.remove(violation.peer());
    if (port != null) {
      engine.accept(new SyncInput.PeerDown(violation.peer()));
      port.violation(violation.detail());
    }
  }

  /** Who is connected, ascending. */
  Set<PeerId> connected() {
    return Collections.unmodifiableSet(ports.keySet());
  }

  private boolean isCurrent(PeerId peer, PeerPort port) {
    return ports.get(peer) == port;
  }
}
