package dev.peatmesh.discovery.mdns.internal.net;

import dev.peatmesh.discovery.mdns.internal.view.Nic;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.List;
import java.util.Optional;

/** The network interfaces of this host. */
public final class Interfaces {
  private Interfaces() {}

  /** All of them, as they are now; what vanishes meanwhile is left out. */
  public static List<Nic> now() {
    try {
      return NetworkInterface.networkInterfaces()
          .map(Interfaces::nic)
          .flatMap(Optional::stream)
          .toList();
    } catch (SocketException e) {
      return List.of(); // None: that is what the JDK says of a host without any.
    }
  }

  private static Optional<Nic> nic(NetworkInterface found) {
    try {
      return Optional.of(
          new Nic(
              found.getName(),
              found.getIndex(),
              found.isUp(),
              found.isLoopback(),
              found.supportsMulticast(),
              found.getInterfaceAddresses().stream()
                  .map(own -> new Nic.Address(own.getAddress(), own.getNetworkPrefixLength()))
                  .toList()));
    } catch (SocketException e) {
      return Optional.empty();
    }
  }
}
