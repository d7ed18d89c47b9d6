package dev.peatmesh.discovery.mdns;

import dev.peatmesh.discovery.mdns.internal.wire.DnsMessage;
import dev.peatmesh.discovery.mdns.internal.wire.MalformedMessageException;
import dev.peatmesh.discovery.mdns.internal.wire.MessageReader;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.MulticastSocket;
import java.net.NetworkInterface;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** A stranger on the loopback interface: hears what is multicast there and sends what it likes. */
final class Ear implements AutoCloseable {
  private static final int KEPT_MAX = 10_000;

  private final InetSocketAddress group;
  private final MulticastSocket socket = new MulticastSocket(5353);
  private final Queue<DnsMessage> heard = new ConcurrentLinkedQueue<>();
  private final Thread thread = new Thread(this::listen, "ear");

  Ear() throws IOException {
    InetAddress loopback = InetAddress.getByName("127.0.0.1");
    NetworkInterface lo = NetworkInterface.getByInetAddress(loopback);
    group = new InetSocketAddress(InetAddress.getByName("224.0.0.251"), 5353);
    socket.setNetworkInterface(lo);
    socket.joinGroup(group, lo);
    thread.setDaemon(true);
    thread.start();
  }

  /** The name by which the loopback interface goes on this host. */
  static String loopback() throws IOException {
    return NetworkInterface.getByInetAddress(InetAddress.getByName("127.0.0.1")).getName();
  }

  void send(byte[] message) throws IOException {
    socket.send(new DatagramPacket(message, message.length, group));
  }

  List<DnsMessage> heard() {
    return List.copyOf(heard);
  }

  void forget() {
    heard.clear();
  }

  @Override
  public void close() {
    socket.close();
  }

  private void listen() {
    byte[] buffer = new byte[9_000];
    while (!socket.isClosed()) {
      DatagramPacket packet = new DatagramPacket(buffer, buffer.length);
      try {
        socket.receive(packet);
        if (heard.size() < KEPT_MAX) {
          heard.add(MessageReader.read(buffer, packet.getLength()));
        }
      } catch (MalformedMessageException | IOException e) {
        // Its own garbage comes back to it too.
      }
    }
  }
}
