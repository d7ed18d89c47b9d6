package dev.peatmesh.discovery.dns;

import dev.peatmesh.discovery.DiscoverySettings;
import dev.peatmesh.discovery.PeerAddress;
import dev.peatmesh.discovery.dns.internal.NamedHost;
import dev.peatmesh.discovery.dns.internal.Pace;
import dev.peatmesh.discovery.dns.internal.Plan;
import dev.peatmesh.discovery.dns.internal.ServiceName;
import dev.peatmesh.discovery.dns.internal.ServiceName.Kubernetes;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The settings of {@link DnsDiscovery}. Immutable; made by a {@link Builder} or from texts. */
public final class DnsSettings {
  /** The most servers. */
  public static final int SERVERS_MAX = 8;

  /** The most names, after ranges have been written out. */
  public static final int NAMES_MAX = NamePattern.NAMES_MAX;

  private static final int DNS_PORT = 53;

  /** A cluster domain leaves the rest of a name to what stands before it. */
  private static final int CLUSTER_DOMAIN_CHARS_MAX = 100;

  private final Names naming;
  private final List<NamedHost> names;
  private final List<InetSocketAddress> servers;
  private final Pace pace;
  private final Duration timeout;

  /** What the service is called, as far as it is said. */
  private record Names(
      @Nullable String service,
      @Nullable String namespace,
      @Nullable String clusterDomain,
      @Nullable String portName,
      @Nullable String srv) {
    boolean inKubernetes() {
      return service != null || namespace != null || clusterDomain != null || portName != null;
    }
  }

  private DnsSettings(
      Names naming,
      List<NamedHost> names,
      List<InetSocketAddress> servers,
      Pace pace,
      Duration timeout) {
    this.naming = naming;
    this.names = List.copyOf(names);
    this.servers = List.copyOf(servers);
    this.pace = pace;
    this.timeout = timeout;
  }

  /** Settings with every default. */
  public static Builder builder() {
    return new Builder();
  }

  /**
   * Reads settings by their keys, which docs/discovery/dns.md lists.
   *
   * @throws IllegalArgumentException lists every bad one
   */
  public static DnsSettings of(DiscoverySettings settings) {
    settings.requireKnown(DnsDiscovery.NAME, Setting.keys());
    Builder builder = new Builder();
    SettingChecks checks = new SettingChecks();
    settings.value(Setting.SERVICE.key()).ifPresent(builder::service);
    settings.value(Setting.NAMESPACE.key()).ifPresent(builder::namespace);
    settings.value(Setting.CLUSTER_DOMAIN.key()).ifPresent(builder::clusterDomain);
    settings.value(Setting.PORT_NAME.key()).ifPresent(builder::portName);
    settings.value(Setting.SRV.key()).ifPresent(builder::srv);
    settings.value(Setting.NAMES.key()).ifPresent(text -> builder.names(list(text)));
    settings.value(Setting.SERVERS.key()).ifPresent(text -> builder.servers(list(text)));
    read(settings, Setting.REFRESH_MIN, checks, builder.refreshMin, builder::refreshMin);
    read(settings, Setting.REFRESH_MAX, checks, builder.refreshMax, builder::refreshMax);
    read(settings, Setting.TIMEOUT, checks, builder.timeout, builder::timeout);
    return builder.build(checks);
  }

  /** Whom to ask. */
  List<InetSocketAddress> servers(HostDns host) {
    return servers.isEmpty() ? host.servers() : servers;
  }

  /** How long one server is waited for. */
  Duration timeout() {
    return timeout;
  }

  /** What to look for on this host. */
  Plan plan(HostDns host, int port) {
    return new Plan(serviceName(host), names, pace, port);
  }

  private Optional<ServiceName> serviceName(HostDns host) {
    if (naming.srv != null) {
      return Optional.of(ServiceName.of(naming.srv));
    }
    if (!naming.inKubernetes() && !names.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        ServiceName.of(
            new Kubernetes(
                or(naming.service, Setting.SERVICE.defaultText()),
                or(naming.namespace, namespace(host)),
                or(naming.clusterDomain, clusterDomain(host)),
                or(naming.portName, Setting.PORT_NAME.defaultText()))));
  }

  /** The kubelet writes "search ns.svc.domain svc.domain domain" into a pod's resolv.conf. */
  private static String namespace(HostDns host) {
    return host.namespace()
        .filter(SettingChecks::isLabel)
        .or(
            () ->
                host.search().stream()
                    .map(name -> name.split("\\.", 3))
                    .filter(labels -> labels.length == 3 && labels[1].equals("svc"))
                    .map(labels -> labels[0])
                    .filter(SettingChecks::isLabel)
                    .findFirst())
        .orElse("default");
  }

  private static String clusterDomain(HostDns host) {
    return host.search().stream()
        .filter(name -> name.startsWith("svc."))
        .map(name -> name.substring("svc.".length()))
        .filter(name -> SettingChecks.isDomain(name, CLUSTER_DOMAIN_CHARS_MAX))
        .findFirst()
        .orElse("cluster.local");
  }

  private static void read(
      DiscoverySettings settings,
      Setting setting,
      SettingChecks checks,
      Duration otherwise,
      Consumer<Duration> setter) {
    settings
        .value(setting.key())
        .ifPresent(text -> setter.accept(checks.duration(setting, text, otherwise)));
  }

  private static List<String> list(String text) {
    return List.of(text.split(",", -1));
  }

  private static String or(@Nullable String given, String otherwise) {
    return given == null ? otherwise : given;
  }

  /** Collects settings. Not thread-safe. */
  public static final class Builder {
    private static final Duration PAUSE_MIN = Duration.ofMillis(100);
    private static final Duration PAUSE_MAX = Duration.ofHours(1);
    private static final Duration TIMEOUT_MAX = Duration.ofSeconds(10);

    private @Nullable String service;
    private @Nullable String namespace;
    private @Nullable String clusterDomain;
    private @Nullable String portName;
    private @Nullable String srv;
    private List<String> names = List.of();
    private List<String> servers = List.of();
    private Duration refreshMin = Duration.ofSeconds(1);
    private Duration refreshMax = Duration.ofSeconds(30);
    private Duration timeout = Duration.ofSeconds(1);

    private Builder() {}

    /** The headless Service of the mesh. Default {@code peat-mesh}. */
    public Builder service(String name) {
      this.service = name.strip();
      return this;
    }

    /** Where the Service is. Default: the namespace of this pod, else {@code default}. */
    public Builder namespace(String name) {
      this.namespace = name.strip();
      return this;
    }

    /** The domain of the cluster. Default: that of this pod, else {@code cluster.local}. */
    public Builder clusterDomain(String domain) {
      this.clusterDomain = withoutDot(domain);
      return this;
    }

    /** What the Service calls its UDP port. Default {@code iroh-quic}. */
    public Builder portName(String name) {
      this.portName = name.strip();
      return this;
    }

    /** The whole name of the SRV records, in place of the four settings above. */
    public Builder srv(String name) {
      this.srv = withoutDot(name);
      return this;
    }

    /**
     * Peers by name: {@code node_id@host:port} or {@code host:port}, where the first label is the
     * node id; {@code {0..4}} stands for five of them. At most {@value DnsSettings#NAMES_MAX}.
     * Alone, no service is looked up; with one of the settings above, both are.
     */
    public Builder names(List<String> entries) {
      this.names = List.copyOf(entries);
      return this;
    }

    /**
     * Whom to ask, in order: IP addresses, with a port unless it is 53; at most {@value
     * DnsSettings#SERVERS_MAX}. Default: the servers of the system.
     */
    public Builder servers(List<String> addresses) {
      this.servers = List.copyOf(addresses);
      return this;
    }

    /** The shortest pause between two questions for one name. Default 1 s; 100 ms to 1 h. */
    public Builder refreshMin(Duration pause) {
      this.refreshMin = pause;
      return this;
    }

    /** The longest pause, whatever the TTL. Default 30 s; from the shortest pause to 1 h. */
    public Builder refreshMax(Duration pause) {
      this.refreshMax = pause;
      return this;
    }

    /** How long one server is waited for. Default 1 s; 100 ms to 10 s. */
    public Builder timeout(Duration wait) {
      this.timeout = wait;
      return this;
    }

    /**
     * The settings.
     *
     * @throws IllegalArgumentException lists every bad one
     */
    public DnsSettings build() {
      return build(new SettingChecks());
    }

    private DnsSettings build(SettingChecks checks) {
      Names naming = new Names(service, namespace, clusterDomain, portName, srv);
      check(naming, checks);
      List<NamedHost> hosts = checks.each(Setting.NAMES, names, NamePattern::expand);
      checks.atMost(Setting.NAMES, hosts.size(), NAMES_MAX);
      List<InetSocketAddress> asked =
          checks.each(Setting.SERVERS, servers, text -> List.of(server(text)));
      checks.atMost(Setting.SERVERS, asked.size(), SERVERS_MAX);
      checks.between(Setting.REFRESH_MIN, refreshMin, PAUSE_MIN, PAUSE_MAX);
      checks.between(Setting.REFRESH_MAX, refreshMax, PAUSE_MIN, PAUSE_MAX);
      checks.between(Setting.TIMEOUT, timeout, PAUSE_MIN, TIMEOUT_MAX);
      if (refreshMax.compareTo(refreshMin) < 0) {
        checks.bad(Setting.REFRESH_MAX, SettingChecks.text(refreshMax), "less than refresh-min");
      }
      checks.done();
      return new DnsSettings(naming, hosts, asked, new Pace(refreshMin, refreshMax), timeout);
    }

    private static void check(Names naming, SettingChecks checks) {
      checks.label(Setting.SERVICE, naming.service);
      checks.label(Setting.NAMESPACE, naming.namespace);
      checks.portName(Setting.PORT_NAME, naming.portName);
      checks.domain(Setting.CLUSTER_DOMAIN, naming.clusterDomain, CLUSTER_DOMAIN_CHARS_MAX);
      checks.domain(Setting.SRV, naming.srv, PeerAddress.HOST_CHARS_MAX);
      if (naming.srv != null && naming.inKubernetes()) {
        checks.bad(
            Setting.SRV,
            SettingChecks.quoted(naming.srv),
            "the whole name already: leave out service, namespace, cluster-domain and port-name");
      }
    }

    private static InetSocketAddress server(String text) {
      PeerAddress address =
          hasPort(text) ? PeerAddress.parse(text) : new PeerAddress(text, DNS_PORT);
      if (!address.isLiteral()) {
        throw new IllegalArgumentException("is a name; who would look it up? Write an IP address.");
      }
      try {
        // A literal is never looked up.
        return new InetSocketAddress(InetAddress.getAllByName(address.host())[0], address.port());
      } catch (UnknownHostException e) {
        throw new IllegalArgumentException("is no address on this host. Correct it.", e);
      }
    }

    /** One colon stands before a port; more of them, without brackets, are an IPv6 address. */
    private static boolean hasPort(String text) {
      return text.startsWith("[")
          ? text.contains("]:")
          : text.chars().filter(c -> c == ':').count() == 1;
    }

    private static String withoutDot(String domain) {
      String stripped = domain.strip();
      return stripped.endsWith(".") ? stripped.substring(0, stripped.length() - 1) : stripped;
    }
  }
}
