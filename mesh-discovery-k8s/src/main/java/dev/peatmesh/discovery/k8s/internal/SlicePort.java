package dev.peatmesh.discovery.k8s.internal;

import io.kubernetes.client.openapi.models.DiscoveryV1EndpointPort;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A port of a slice as it was said.
 *
 * @param name empty when it has none
 * @param protocol TCP when none is said
 * @param number 0 when none is said, which stands for every port and so for none to dial
 */
record SlicePort(String name, String protocol, int number) {
  private static final int NUMBER_MAX = 65_535;

  /** IANA_SVC_NAME has 15, DNS_LABEL 63 characters; what is longer is shown cut. */
  private static final int NAME_CHARS_MAX = 63;

  static SlicePort of(DiscoveryV1EndpointPort port) {
    Integer number = port.getPort();
    boolean fits = number != null && number >= 1 && number <= NUMBER_MAX;
    return new SlicePort(
        Plain.text(port.getName(), NAME_CHARS_MAX),
        orTcp(Plain.text(port.getProtocol(), NAME_CHARS_MAX)),
        number != null && fits ? number : 0);
  }

  /**
   * The port that QUIC listens on: the UDP port of that name, else the only UDP port. Never just
   * the first: that may be any other service of the pod. A port declared as TCP is none, whatever
   * its name: nothing answers QUIC there, or its declaration is wrong, and then the finding says
   * so.
   */
  static Optional<SlicePort> choose(List<SlicePort> ports, String name) {
    List<SlicePort> udp = ports.stream().filter(SlicePort::carriesQuic).toList();
    return udp.stream()
        .filter(port -> port.name.equals(name))
        .findFirst()
        .or(() -> udp.size() == 1 ? Optional.of(udp.get(0)) : Optional.empty());
  }

  /** For people: {@code broker TCP 8081}. */
  String describe() {
    return (name.isEmpty() ? "(no name)" : name)
        + " "
        + protocol
        + " "
        + (number == 0 ? "(no number)" : number);
  }

  private boolean carriesQuic() {
    return protocol.equals("UDP") && number != 0;
  }

  private static String orTcp(@Nullable String protocol) {
    return protocol == null || protocol.isEmpty() ? "TCP" : protocol;
  }
}
