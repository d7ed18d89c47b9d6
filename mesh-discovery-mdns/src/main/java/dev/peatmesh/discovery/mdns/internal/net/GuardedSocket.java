package dev.peatmesh.discovery.mdns.internal.net;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.MulticastSocket;
import java.net.SocketAddress;
import java.net.SocketException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What the responder receives from: its own socket, seen through the guard. Sends nothing. */
final class GuardedSocket extends MulticastSocket {
  private final Supplier<@Nullable MulticastSocket> real;
  private final Guard guard;

  GuardedSocket(Supplier<@Nullable MulticastSocket> real, Guard guard) throws IOException {
    super((SocketAddress) null);
    this.real = real;
    this.guard = guard;
    // There is no way to make one without a descriptor; it is given back at once.
    close();
  }

  /** Waits for a packet that the guard lets through. */
  @Override
  public void receive(DatagramPacket packet) throws IOException {
    int room = packet.getLength();
    do {
      MulticastSocket socket = real.get();
      if (socket == null) {
        throw new SocketException("closed");
      }
      packet.setLength(room);
      socket.receive(packet);
    } while (!guard.admits(packet));
  }
}
