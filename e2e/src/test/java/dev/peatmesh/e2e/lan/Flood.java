package dev.peatmesh.e2e.lan;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.MulticastSocket;
import java.net.NetworkInterface;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.locks.LockSupport;

/**
 * The main class of a host that announces services of strangers, one packet each: printers, and
 * nodes of other formations, in turn. Argument: how many.
 */
public final class Flood {
  private static final String ADDRESS = "10.66.6.6";

  /** So many at once, then a pause: more than a socket holds would be lost, not heard. */
  private static final int AT_ONCE = 20;

  private static final long PAUSE_NANOS = 10_000_000L;

  private Flood() {}

  public static void main(String[] args) throws IOException {
    NetworkInterface eth0 = NetworkInterface.getByName("eth0");
    InetSocketAddress group = new InetSocketAddress(InetAddress.getByName("224.0.0.251"), 5353);
    try (MulticastSocket socket = new MulticastSocket(5353)) {
      socket.setNetworkInterface(eth0);
      for (int i = 0; i < Integer.parseInt(args[0]); i++) {
        byte[] message = i % 2 == 0 ? service("_http._tcp", i) : service("_peat._udp", i);
        socket.send(new DatagramPacket(message, message.length, group));
        if (i % AT_ONCE == 0) {
          LockSupport.parkNanos(PAUSE_NANOS);
        }
      }
    }
  }

  /** PTR, SRV, TXT and A of one instance (RFC 6763, section 4). */
  private static byte[] service(String type, int number) throws IOException {
    String instance = "stranger-" + number + "." + type + ".local";
    String host = "strange-host-" + number + ".local";
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(new byte[] {0, 0, (byte) 0x84, 0, 0, 0, 0, 4, 0, 0, 0, 0});
    record(out, type + ".local", 12, name(instance));
    ByteArrayOutputStream srv = new ByteArrayOutputStream();
    srv.writeBytes(new byte[] {0, 0, 0, 0, 43, (byte) 196});
    srv.writeBytes(name(host));
    record(out, instance, 33, srv.toByteArray());
    ByteArrayOutputStream txt = new ByteArrayOutputStream();
    for (String text : new String[] {"node_id=stranger-" + number, "formation_id=f" + number}) {
      txt.write(text.length());
      txt.writeBytes(text.getBytes(StandardCharsets.US_ASCII));
    }
    record(out, instance, 16, txt.toByteArray());
    record(out, host, 1, InetAddress.getByName(ADDRESS).getAddress());
    return out.toByteArray();
  }

  private static void record(ByteArrayOutputStream out, String name, int type, byte[] data) {
    out.writeBytes(name(name));
    // Type, class IN, 4,500 s to live, length of the data.
    out.writeBytes(new byte[] {0, (byte) type, 0, 1, 0, 0, 0x11, (byte) 0x94, 0, 0});
    byte[] before = out.toByteArray();
    before[before.length - 2] = (byte) (data.length >>> 8);
    before[before.length - 1] = (byte) data.length;
    out.reset();
    out.writeBytes(before);
    out.writeBytes(data);
  }

  private static byte[] name(String dotted) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (String label : dotted.split("\\.")) {
      out.write(label.length());
      out.writeBytes(label.getBytes(StandardCharsets.US_ASCII));
    }
    out.write(0);
    return out.toByteArray();
  }
}
