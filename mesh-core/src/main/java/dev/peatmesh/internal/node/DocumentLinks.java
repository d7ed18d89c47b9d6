package dev.peatmesh.internal.node;

import dev.peatmesh.RefusalReason;
import dev.peatmesh.internal.network.LinkListener;
import dev.peatmesh.internal.network.PeerLink;
import dev.peatmesh.internal.transport.Refusal;
import dev.peatmesh.sync.internal.engine.PeerId;
import dev.peatmesh.sync.internal.replica.PeerPort;
import dev.peatmesh.sync.internal.replica.Replicator;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.Map;

/** Carries frames between links, on the mesh loop, and documents, on theirs. */
final class DocumentLinks implements LinkListener {
  private final Replicator documents;
  private final Map<PeerLink, Port> ports = new LinkedHashMap<>();
  private boolean everUp;

  DocumentLinks(Replicator documents) {
    this.documents = documents;
  }

  /** Whether any link has ever stood. */
  boolean everUp() {
    return everUp;
  }

  @Override
  public void linkUp(PeerLink link) {
    everUp = true;
    Port port = new Port(link);
    ports.put(link, port);
    documents.peerUp(port.peer, port);
  }

  @Override
  public void frame(PeerLink link, ByteBuffer frame) {
    Port port = ports.get(link);
    if (port != null) {
      documents.frame(port.peer, port, frame);
    }
  }

  @Override
  public void writableAgain(PeerLink link) {
    Port port = ports.get(link);
    if (port != null) {
      documents.writable(port.peer, port);
    }
  }

  @Override
  public void linkDown(PeerLink link, Refusal why) {
    Port port = ports.remove(link);
    if (port != null) {
      documents.peerDown(port.peer, port);
    }
  }

  /** One link, as the documents see it. */
  private static final class Port implements PeerPort {
    private final PeerLink link;
    private final PeerId peer;

    Port(PeerLink link) {
      this.link = link;
      peer = new PeerId(link.endpointId().hex());
    }

    @Override
    public void send(ByteBuffer frame) {
      link.send(frame);
    }

    @Override
    public boolean writable() {
      return link.writable();
    }

    @Override
    public void consumed(int bytes) {
      link.consumed(bytes);
    }

    @Override
    public void violation(String detail) {
      link.close(Refusal.ours(RefusalReason.PROTOCOL_VIOLATION, detail));
    }
  }
}
