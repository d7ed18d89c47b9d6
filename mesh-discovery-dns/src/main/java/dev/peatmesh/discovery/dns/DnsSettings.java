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
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The settings of {@link DnsDiscovery}. Immutable; made by a {@link Builder} or from texts. */
public final class DnsSettings {
  /** The most servers. */
  public static final int SERVERS_MAX = 8;

  /** The most names, after ranges have been written out. */
  public static final int NAMES_MAX = NamePattern.NAMES_MAX;

  private static final int DNS_PORT = 53;
  private static final String DEFAULT_SERVICE = Setting.SERVICE.defaultText();
  private static final String DEFAULT_PORT_NAME = Setting.PORT_NAME.defaultText();

  /** A Kubernetes name that becomes a label (RFC 1123). */
  private static final Pattern LABEL = Pattern.compile("[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?");

  /** A Kubernetes port name (RFC 6335, section 5.1). */
  private static final Pattern PORT_NAME =
      Pattern.compile("(?=.*[a-z])(?!.*--)[a-z0-9]([a-z0-9-]{0,13}[a-z0-9])?");

  private static final Pattern DOMAIN =
      Pattern.compile(
          "[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?(\\.[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?)*");

  /** A cluster domain leaves this much of a name to what stands before it. */
  private static final int CLUSTER_DOMAIN_CHARS_MAX = 100;

  private static final Pattern DURATION = Pattern.compile("([0-9]{1,6})(ms|s|m)");

  private final Builder given;
  private final List<NamedHost> names;
  private final List<InetSocketAddress> servers;

  private DnsSettings(Builder given, List<NamedHost> names, List<InetSocketAddress> servers) {
    this.given = given;
    this.names = List.copyOf(names);
    this.servers = List.copyOf(servers);
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
    settings.value(Setting.SERVICE.key()).ifPresent(builder::service);
    settings.value(Setting.NAMESPACE.key()).ifPresent(builder::namespace);
    settings.value(Setting.CLUSTER_DOMAIN.key()).ifPresent(builder::clusterDomain);
    settings.value(Setting.PORT_NAME.key()).ifPresent(builder::portName);
    settings.value(Setting.SRV.key()).ifPresent(builder::srv);
    settings.value(Setting.NAMES.key()).ifPresent(text -> builder.names(list(text)));
    settings.value(Setting.SERVERS.key()).ifPresent(text -> builder.servers(list(text)));
    builder.read(settings, Setting.REFRESH_MIN, builder::refreshMin);
    builder.read(settings, Setting.REFRESH_MAX, builder::refreshMax);
    builder.read(settings, Setting.TIMEOUT, builder::timeout);
    return builder.build();
  }

  /** Whom to ask. */
  List<InetSocketAddress> servers(HostDns host) {
    return servers.isEmpty() ? host.servers() : servers;
  }

  /** How long one server is waited for. */
  Duration timeout() {
    return given.timeout;
  }

  /** What to look for on this host. */
  Plan plan(HostDns host, int port) {
    Pace pace = new Pace(given.refreshMin, given.refreshMax);
    return new Plan(serviceName(host), names, pace, port);
  }

  private Optional<ServiceName> serviceName(HostDns host) {
    if (given.srv != null) {
      return Optional.of(ServiceName.of(given.srv));
    }
    if (!given.namesAService() && !names.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        ServiceName.of(
            new Kubernetes(
                or(given.service, DEFAULT_SERVICE),
                or(given.namespace, namespace(host)),
                or(given.clusterDomain, clusterDomain(host)),
                or(given.portName, DEFAULT_PORT_NAME))));
  }

  /** The kubelet writes "search ns.svc.domain svc.domain domain" into every pod's resolv.conf. */
  private static String namespace(HostDns host) {
    return host.namespace()
        .filter(text -> LABEL.matcher(text).matches())
        .or(
            () ->
                host.search().stream()
                    .map(name -> name.split("\\.", 3))
                    .filter(labels -> labels.length == 3 && labels[1].equals("svc"))
                    .map(labels -> labels[0])
                    .filter(label -> LABEL.matcher(label).matches())
                    .findFirst())
        .orElse("default");
  }

  private static String clusterDomain(HostDns host) {
    return host.search().stream()
        .filter(name -> name.startsWith("svc."))
        .map(name -> name.substring("svc.".length()))
        .filter(name -> isDomain(name, CLUSTER_DOMAIN_CHARS_MAX))
        .findFirst()
        .orElse("cluster.local");
  }

  private static boolean isDomain(String name, int charsMax) {
    return name.length() <= charsMax && DOMAIN.matcher(name).matches();
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
    private final List<String> problems = new ArrayList<>();

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

    /** The whole name of the SRV records, instead of service, namespace, domain and port name. */
    public Builder srv(String name) {
      this.srv = withoutDot(name);
      return this;
    }

    /**
     * Peers by name: {@code node_id@host:port} or {@code host:port}, where the first label is the
     * node id; {@code {0..4}} stands for five of them. At most {@value DnsSettings#NAMES_MAX}.
     * Alone, no service is looked up; else these are looked up besides.
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

    /** The longest pause, whatever the TTL. Default 30 s; at least the shortest, at most 1 h. */
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
      List<NamedHost> hosts = each(Setting.NAMES, names, NamePattern::expand);
      if (hosts.size() > NAMES_MAX) {
        bad(Setting.NAMES, hosts.size(), "more than " + NAMES_MAX + ". Publish SRV records");
      }
      List<InetSocketAddress> asked = each(Setting.SERVERS, servers, text -> List.of(server(text)));
      if (asked.size() > SERVERS_MAX) {
        bad(Setting.SERVERS, asked.size(), "more than " + SERVERS_MAX + ". Name fewer");
      }
      checkNames();
      checkDurations();
      if (!problems.isEmpty()) {
        String all = String.join("\n", problems);
        problems.clear();
        throw new IllegalArgumentException(all);
      }
      return new DnsSettings(copy(), hosts, asked);
    }

    private boolean namesAService() {
      return service != null || namespace != null || clusterDomain != null || portName != null;
    }

    private void checkNames() {
      check(Setting.SERVICE, service, LABEL, "no name of a Service");
      check(Setting.NAMESPACE, namespace, LABEL, "no name of a namespace");
      check(
          Setting.PORT_NAME,
          portName,
          PORT_NAME,
          "no port name: up to 15 lower-case letters, digits and '-', one of them a letter");
      checkDomain(Setting.CLUSTER_DOMAIN, clusterDomain, CLUSTER_DOMAIN_CHARS_MAX);
      checkDomain(Setting.SRV, srv, PeerAddress.HOST_CHARS_MAX);
      if (srv != null && namesAService()) {
        bad(
            Setting.SRV,
            quoted(srv),
            "the whole name already. Leave out service, namespace, cluster-domain and port-name");
      }
    }

    private void check(Setting setting, @Nullable String value, Pattern form, String otherwise) {
      if (value != null && !form.matcher(value).matches()) {
        bad(setting, quoted(value), otherwise + ". Write it as kubectl get services shows it");
      }
    }

    private void checkDomain(Setting setting, @Nullable String value, int charsMax) {
      if (value != null && !isDomain(value, charsMax)) {
        bad(
            setting,
            quoted(value),
            "no domain name of at most " + charsMax + " characters, in lower case. Correct it");
      }
    }

    private void checkDurations() {
      checkDuration(Setting.REFRESH_MIN, refreshMin, PAUSE_MIN, PAUSE_MAX);
      checkDuration(Setting.REFRESH_MAX, refreshMax, PAUSE_MIN, PAUSE_MAX);
      checkDuration(Setting.TIMEOUT, timeout, PAUSE_MIN, TIMEOUT_MAX);
      if (refreshMax.compareTo(refreshMin) < 0) {
        bad(Setting.REFRESH_MAX, text(refreshMax), "shorter than refresh-min. Make it longer");
      }
    }

    private void checkDuration(Setting setting, Duration value, Duration min, Duration max) {
      if (value.compareTo(min) < 0 || value.compareTo(max) > 0) {
        bad(
            setting,
            text(value),
            "not between %s and %s. Choose one within".formatted(text(min), text(max)));
      }
    }

    private void read(DiscoverySettings settings, Setting setting, Consumer<Duration> setter) {
      settings
          .value(setting.key())
          .ifPresent(
              text -> {
                Matcher matcher = DURATION.matcher(text.strip());
                if (matcher.matches()) {
                  setter.accept(duration(matcher));
                } else {
                  bad(setting, quoted(text), "no duration. Write 500ms, 5s or 2m");
                }
              });
    }

    private static Duration duration(Matcher matcher) {
      long amount = Long.parseLong(matcher.group(1));
      return switch (matcher.group(2)) {
        case "ms" -> Duration.ofMillis(amount);
        case "s" -> Duration.ofSeconds(amount);
        default -> Duration.ofMinutes(amount);
      };
    }

    private <T> List<T> each(
        Setting setting, List<String> entries, Function<String, List<T>> reading) {
      List<T> all = new ArrayList<>();
      for (String entry : entries) {
        try {
          all.addAll(reading.apply(entry.strip()));
        } catch (IllegalArgumentException e) {
          problems.add(
              "discovery(\"dns\") %s(%s): %s"
                  .formatted(setting.key(), quoted(entry.strip()), e.getMessage()));
        }
      }
      return all;
    }

    private static InetSocketAddress server(String text) {
      boolean bare = text.chars().filter(c -> c == ':').count() != 1 && !text.startsWith("[");
      boolean withPort = bare ? false : text.startsWith("[") ? text.contains("]:") : true;
      PeerAddress address = withPort ? PeerAddress.parse(text) : new PeerAddress(text, DNS_PORT);
      if (!address.isLiteral()) {
        throw new IllegalArgumentException(
            "is a name, and who would resolve it? Write an IP address.");
      }
      try {
        return new InetSocketAddress(InetAddress.getByName(address.host()), address.port());
      } catch (UnknownHostException e) {
        throw new IllegalArgumentException("is no IP address of this host's kinds.", e);
      }
    }

    private void bad(Setting setting, Object value, String isWhat) {
      problems.add("discovery(\"dns\") %s(%s): is %s.".formatted(setting.key(), value, isWhat));
    }

    /** What was built stays as it is when the builder is used again. */
    private Builder copy() {
      Builder copy = new Builder();
      copy.service = service;
      copy.namespace = namespace;
      copy.clusterDomain = clusterDomain;
      copy.portName = portName;
      copy.srv = srv;
      copy.refreshMin = refreshMin;
      copy.refreshMax = refreshMax;
      copy.timeout = timeout;
      return copy;
    }

    private static String withoutDot(String domain) {
      String stripped = domain.strip();
      return stripped.endsWith(".") ? stripped.substring(0, stripped.length() - 1) : stripped;
    }

    private static String text(Duration duration) {
      return duration.toMillis() % 1000 == 0
          ? duration.toSeconds() + "s"
          : duration.toMillis() + "ms";
    }

    private static String quoted(String value) {
      String shown = value.length() > 80 ? value.substring(0, 80) + "..." : value;
      return '"' + shown.replaceAll("\\p{Cntrl}", "?") + '"';
    }
  }
}
