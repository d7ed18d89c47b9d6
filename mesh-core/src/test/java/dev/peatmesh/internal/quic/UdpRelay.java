package dev.peatmesh.internal.quic;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * A network between one dialler and one acceptor: can be cut, and can change the dialler's port.
 */
final class UdpRelay implements AutoCloseable {
  /** First bytes of what the acceptor sent: the packet types of QUIC. */
  final List<Integer> answerTypes = new CopyOnWriteArrayList<>();

  private final InetSocketAddress target;
  private final DatagramSocket front;
  private volatile DatagramSocket back;
  private volatile SocketAddress dialler;
  private volatile boolean cut;

  UdpRelay(InetSocketAddress target) throws IOException {
    this.target = target;
    front = new DatagramSocket(0, InetAddress.getLoopbackAddress());
    start(
        front,
        packet -> {
          dialler = packet.getSocketAddress();
          back.send(new DatagramPacket(packet.getData(), packet.getLength(), this.target));
        });
    rebind();
  }

  InetSocketAddress address() {
    return (InetSocketAddress) front.getLocalSocketAddress();
  }

  /** Nothing passes any more. */
  void cut() {
    cut = true;
  }

  /** Everything passes again; what was sent meanwhile is lost. */
  void mend() {
    cut = false;
  }

  /** From now on the acceptor sees the dialler at another port, as after a NAT has forgotten it. */
  void rebind() throws IOException {
    DatagramSocket former = back;
    back = new DatagramSocket(0, InetAddress.getLoopbackAddress());
    start(
        back,
        packet -> {
          answerTypes.add(packet.getData()[0] & 0xff);
          front.send(new DatagramPacket(packet.getData(), packet.getLength(), dialler));
        });
    if (former != null) {
      former.close();
    }
  }

  @Override
  public void close() {
    front.close();
    back.close();
  }

  private interface Forward {
    void accept(DatagramPacket packet) throws IOException;
  }

  private void start(DatagramSocket from, Forward forward) {
    Thread thread = new Thread(() -> run(from, forward), "udp-relay");
    thread.setDaemon(true);
    thread.start();
  }

  private void run(DatagramSocket from, Forward forward) {
    byte[] buffer = new byte[65_536];
    while (!from.isClosed()) {
      try {
        DatagramPacket packet = new DatagramPacket(buffer, buffer.length);
        from.receive(packet);
        if (!cut) {
          forward.accept(packet);
        }
      } catch (IOException closed) {
        if (!from.isClosed() && !back.isClosed()) {
          throw new UncheckedIOException(closed);
        }
      }
    }
  }
}
