package dev.peatmesh.e2e.lan;

import java.io.IOException;
import java.net.DatagramSocket;

/** The main class of a program that keeps the port of multicast DNS for itself. */
public final class PortHolder {
  private PortHolder() {}

  public static void main(String[] args) throws IOException {
    try (DatagramSocket socket = new DatagramSocket(5353)) {
      System.out.println("holds " + socket.getLocalPort());
      while (System.in.read() >= 0) {
        // Until its input ends.
      }
    }
  }
}
