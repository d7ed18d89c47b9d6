package dev.peatmesh.discovery.dns;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.xbill.DNS.Name;
import org.xbill.DNS.ResolverConfig;
import org.xbill.DNS.SimpleResolver;
import org.xbill.DNS.config.ResolvConfResolverConfigProvider;

/**
 * What this host knows of the DNS.
 *
 * @param servers whom to ask, in order; at least one
 * @param search what is put behind short names, in order, without the dots at their ends
 * @param ndots a name with so many dots is tried as it is first
 * @param namespace that of the service account of this pod, where one is mounted
 */
record HostDns(
    List<InetSocketAddress> servers, List<String> search, int ndots, Optional<String> namespace) {
  private static final Logger LOG = LoggerFactory.getLogger(HostDns.class);

  /** Where Kubernetes mounts it, unless automountServiceAccountToken is false. */
  private static final Path NAMESPACE =
      Path.of("/var/run/secrets/kubernetes.io/serviceaccount/namespace");

  /** Of a namespace at most 63 are used; more is some other file. */
  private static final int NAMESPACE_BYTES_MAX = 256;

  HostDns {
    servers = servers.isEmpty() ? List.of(loopback()) : List.copyOf(servers);
    search = List.copyOf(search);
  }

  /** Reads it from the host's files. */
  static HostDns read() {
    ResolvConfResolverConfigProvider unix = new ResolvConfResolverConfigProvider();
    if (!unix.isEnabled()) {
      ResolverConfig other = new ResolverConfig();
      return of(other.servers(), other.searchPath(), other.ndots());
    }
    try {
      unix.initialize();
    } catch (RuntimeException unreadable) {
      LOG.atWarn().setCause(unreadable).log("resolv.conf is not understood; asking this host");
    }
    return of(unix.servers(), unix.searchPaths(), unix.ndots());
  }

  /** "search ." puts nothing behind a name, so the root is no entry of the list. */
  static HostDns of(List<InetSocketAddress> servers, List<Name> search, int ndots) {
    return new HostDns(
        servers.stream().filter(server -> !server.isUnresolved()).toList(),
        search.stream()
            .filter(name -> !name.equals(Name.root))
            .map(name -> name.toString(true))
            .toList(),
        ndots,
        readNamespace());
  }

  private static Optional<String> readNamespace() {
    try {
      if (!Files.isRegularFile(NAMESPACE) || Files.size(NAMESPACE) > NAMESPACE_BYTES_MAX) {
        return Optional.empty();
      }
      return Optional.of(Files.readString(NAMESPACE).strip()).filter(text -> !text.isEmpty());
    } catch (IOException unreadable) {
      return Optional.empty();
    }
  }

  /** resolv.conf(5): without a nameserver line the host itself is asked. */
  private static InetSocketAddress loopback() {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), SimpleResolver.DEFAULT_PORT);
  }
}
