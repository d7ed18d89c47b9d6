package dev.peatmesh.benchmarks.child;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;

/** 64 bytes to and fro in UDP datagrams, blocking, one thread a side: the floor of floors. */
final class UdpGame implements PingPong.Game {
  private static final int BYTES = 64;
  private static final int PATIENCE_MILLIS = 2_000;

  private final DatagramSocket socket;
  private final byte[] bytes = new byte[BYTES];

  UdpGame() throws SocketException {
    socket = new DatagramSocket(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
  }

  @Override
  public int listen() {
    Thread echo = new Thread(this::echo, "udp-echo");
    echo.setDaemon(true);
    echo.start();
    return socket.getLocalPort();
  }

  @Override
  public void connect(int port) throws SocketException {
    socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    socket.setSoTimeout(PATIENCE_MILLIS);
  }

  @Override
  public long[] play(int rounds) throws IOException {
    long[] nanos = new long[rounds];
    DatagramPacket packet = new DatagramPacket(bytes, BYTES);
    for (int i = 0; i < rounds; i++) {
      long start = System.nanoTime();
      socket.send(packet);
      socket.receive(packet);
      nanos[i] = System.nanoTime() - start;
    }
    return nanos;
  }

  @Override
  public void close() {
    socket.close();
  }

  private void echo() {
    DatagramPacket packet = new DatagramPacket(bytes, BYTES);
    try {
      while (true) {
        socket.receive(packet);
        socket.send(packet);
      }
    } catch (IOException closed) {
      // The process ends.
    }
  }
}
