package dev.peatmesh.discovery.mdns.internal.view;

/** What an operator can do. */
final class Remedies {
  static final String NO_MULTICAST =
      "Plug in the network. In a container use the host's network (Kubernetes: hostNetwork: true;"
          + " Docker: --network host), or choose another discovery: k8s, dns or static.";

  static final String NO_SOCKET =
      "Let this process open UDP port 5353 on that interface and join 224.0.0.251 and ff02::fb (no"
          + " other program may hold the port for itself), or choose another discovery: k8s, dns"
          + " or static.";

  static final String NOT_HEARD =
      "Open UDP port 5353 in the firewall, in both directions, and let the switch or the access"
          + " point forward multicast; or choose another discovery: k8s, dns or static.";

  static final String DOUBLE =
      "Give every node a name of its own; stop the one that is there by mistake.";

  static final String TOO_MANY = "Split the network, or choose another discovery: k8s or dns.";

  private Remedies() {}
}
