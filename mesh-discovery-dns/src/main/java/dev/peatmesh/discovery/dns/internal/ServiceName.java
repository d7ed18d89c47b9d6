package dev.peatmesh.discovery.dns.internal;

import java.util.Optional;

/**
 * The name under which peers publish themselves.
 *
 * @param srv whose SRV records are asked for, without the dot at the end
 * @param kubernetes of which Service it is the name; empty for a name that a user wrote
 */
public record ServiceName(String srv, Optional<Kubernetes> kubernetes) {
  /** A Service with a named UDP port, as the DNS of Kubernetes names it (spec, section 2.4). */
  public record Kubernetes(
      String service, String namespace, String clusterDomain, String portName) {
    /** The name whose addresses are those of the Service. */
    String host() {
      return service + "." + namespaceHost();
    }

    /** Exists, without addresses, exactly when the namespace does. */
    String namespaceHost() {
      return namespace + ".svc." + clusterDomain;
    }
  }

  /** Any name at all. */
  public static ServiceName of(String srv) {
    return new ServiceName(srv, Optional.empty());
  }

  /** The name that a Service gives to its port. */
  public static ServiceName of(Kubernetes service) {
    return new ServiceName(
        "_" + service.portName() + "._udp." + service.host(), Optional.of(service));
  }
}
