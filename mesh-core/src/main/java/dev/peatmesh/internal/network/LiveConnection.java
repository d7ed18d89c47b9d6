package dev.peatmesh.internal.network;

import dev.peatmesh.crypto.DeviceId;
import dev.peatmesh.crypto.EndpointId;
import dev.peatmesh.internal.link.PeerIdentity;
import dev.peatmesh.internal.peers.Input;
import dev.peatmesh.internal.transport.Connection;
import dev.peatmesh.internal.transport.Refusal;
import dev.peatmesh.internal.wire.LinkCodec;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** A connection under its number; a link once its peer has proved itself. */
final class LiveConnection implements Connection.Listener, PeerLink {
  private final long number;
  private final Connection connection;
  private final PeerNetwork network;

  /** Written on the loop, before the link is shown to anybody. */
  private volatile @Nullable PeerIdentity peer;

  LiveConnection(long number, Connection connection, PeerNetwork network) {
    this.number = number;
    this.connection = connection;
    this.network = network;
  }

  long number() {
    return number;
  }

  Connection connection() {
    return connection;
  }

  boolean isLink() {
    return peer != null;
  }

  void becomeLink(PeerIdentity proven) {
    peer = proven;
  }

  // What the transport says.

  @Override
  public void frame(ByteBuffer frame) {
    network.accept(new Input.FrameArrived(number, frame));
  }

  @Override
  public void writableAgain() {
    network.writableAgain(this);
  }

  @Override
  public void closed(Refusal refusal) {
    network.accept(new Input.ConnectionClosed(number, refusal));
  }

  // What the layer above asks.

  @Override
  public String nodeName() {
    return proven().nodeName();
  }

  @Override
  public EndpointId endpointId() {
    return proven().endpointId();
  }

  @Override
  public DeviceId deviceId() {
    return proven().deviceId();
  }

  @Override
  public long incarnation() {
    return proven().incarnation();
  }

  @Override
  public void send(ByteBuffer frame) {
    if (!LinkCodec.isSync(frame)) {
      throw new IllegalArgumentException("frame: its first byte is none of the sync layer");
    }
    connection.send(frame);
  }

  @Override
  public boolean writable() {
    return connection.writable();
  }

  @Override
  public void consumed(int bytes) {
    connection.consumed(bytes);
  }

  @Override
  public void close(Refusal why) {
    network.onLoop(new Input.LinkClosed(number, why));
  }

  @Override
  public String toString() {
    PeerIdentity proven = peer;
    return proven == null ? "connection " + number : "link to " + proven.nodeName();
  }

  private PeerIdentity proven() {
    PeerIdentity proven = peer;
    if (proven == null) {
      throw new AssertionError("shown before it was a link: connection " + number);
    }
    return proven;
  }
}
