package dev.peatmesh.testkit.kubernetes;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.peatmesh.testkit.kubernetes.internal.HttpListener;
import dev.peatmesh.testkit.kubernetes.internal.Json;
import dev.peatmesh.testkit.kubernetes.internal.Refusal;
import dev.peatmesh.testkit.kubernetes.internal.ServerCertificate;
import dev.peatmesh.testkit.kubernetes.internal.ServerThreads;
import dev.peatmesh.testkit.kubernetes.internal.SliceKey;
import dev.peatmesh.testkit.kubernetes.internal.SliceStore;
import dev.peatmesh.testkit.kubernetes.internal.SliceWrites;
import java.net.URI;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A Kubernetes API server for tests: EndpointSlices of {@code discovery.k8s.io/v1} over real HTTP
 * and HTTPS on the loopback interface, with list, watch, resource versions, bookmarks, paging,
 * selectors, tokens and access rules, and with every fault in {@link #faults}.
 *
 * <p>Strict: what a real server refuses it refuses with the same status and words, and a query
 * parameter that a real server would pass over too. Every namespace exists. Without a token nothing
 * but health and version is answered; {@link #adminToken} may do all, others what {@link #allow}
 * says.
 *
 * <p>Thread-safe. Bounds: {@value SliceStore#SLICES_MAX} objects, {@value SliceStore#HISTORY_MAX}
 * writes of history, {@value ServerThreads#THREADS_MAX} threads (one for each connection, two for
 * each watch), bodies of 3 MiB. Whoever starts it closes it.
 */
public final class FakeKubernetesApi implements AutoCloseable {
  private static final long FIRST_REVISION = 1000;
  private static final long REVISION_OF_THE_EMPTY = 1;

  private final Builder settings;
  private final ServerCertificate certificate = ServerCertificate.generate();
  private final Cluster cluster = new Cluster(new SliceStore(FIRST_REVISION));
  private final Accounts accounts = new Accounts();
  private final RequestLog log = new RequestLog(cluster);
  private final ApiFaults faults = new ApiFaults(cluster);
  private final String adminToken = accounts.issue(Accounts.ADMIN);
  private volatile int httpPort;
  private volatile int httpsPort;
  private @Nullable Running running;

  private record Running(ServerThreads threads, HttpListener http, HttpListener https) {
    void close() {
      http.close();
      https.close();
      threads.close();
    }
  }

  private FakeKubernetesApi(Builder settings) {
    this.settings = settings;
  }

  /** Starts one with every default, on free ports. */
  public static FakeKubernetesApi start() {
    return builder().start();
  }

  /** To start one that differs. */
  public static Builder builder() {
    return new Builder();
  }

  /** Settings of a server. */
  public static final class Builder {
    Duration watchTimeout = Duration.ofMinutes(30);
    Duration bookmarkInterval = Duration.ofMinutes(1);
    private boolean watchList;
    private String version = "v1.36.0";

    private Builder() {}

    /** How long a watch without timeoutSeconds lasts. Default 30 minutes. */
    public Builder watchTimeout(Duration timeout) {
      watchTimeout = positive("watchTimeout", timeout);
      return this;
    }

    /** How often a watch that allows them gets a bookmark. Default 1 minute, as in a cluster. */
    public Builder bookmarkInterval(Duration interval) {
      bookmarkInterval = positive("bookmarkInterval", interval);
      return this;
    }

    /**
     * Whether watches may ask for sendInitialEvents; else they are refused with 422. Default no.
     */
    public Builder watchList(boolean known) {
      watchList = known;
      return this;
    }

    /** What {@code /version} says. Default {@code v1.36.0}. */
    public Builder version(String gitVersion) {
      version = gitVersion;
      return this;
    }

    /** Opens the ports. */
    public FakeKubernetesApi start() {
      FakeKubernetesApi api = new FakeKubernetesApi(this);
      api.restart();
      return api;
    }

    private static Duration positive(String what, Duration duration) {
      if (duration.isZero() || duration.isNegative()) {
        throw new IllegalArgumentException(
            "%s(%s): must be longer than nothing.".formatted(what, duration));
      }
      return duration;
    }
  }

  /** Where it answers HTTPS; clients must trust {@link #caPem}. */
  public URI url() {
    return URI.create("https://127.0.0.1:" + httpsPort);
  }

  /** Where it answers plain HTTP, with the same rights. */
  public URI httpUrl() {
    return URI.create("http://127.0.0.1:" + httpPort);
  }

  /** The certificate of the authority that signed the server's: a file {@code ca.crt}. */
  public String caPem() {
    return certificate.authorityPem();
  }

  /** A kubeconfig for a token, by HTTPS, with the authority inside. */
  public String kubeconfig(String token) {
    String ca = Base64.getEncoder().encodeToString(caPem().getBytes(UTF_8));
    return """
        apiVersion: v1
        kind: Config
        current-context: fake
        clusters:
          - name: fake
            cluster:
              server: %s
              certificate-authority-data: %s
        users:
          - name: fake
            user:
              token: %s
        contexts:
          - name: fake
            context:
              cluster: fake
              user: fake
        """
        .formatted(url(), ca, token);
  }

  /** The token of one who may do everything. */
  public String adminToken() {
    return adminToken;
  }

  /** A new token of a service account. Earlier ones stay good; the account has no right yet. */
  public String token(String namespace, String serviceAccount) {
    return cluster.locked(
        () -> accounts.issue(AccessRule.serviceAccount(namespace, serviceAccount)));
  }

  /** A token is good no more: 401 from the next request on. Watches that are open stay. */
  public void expire(String token) {
    cluster.locked(
        () -> {
          accounts.expire(token);
          return token;
        });
  }

  /** Gives a right. */
  public void allow(AccessRule rule) {
    cluster.locked(
        () -> {
          accounts.allow(rule);
          return rule;
        });
  }

  /** Takes a right away, if it was given. Watches that are open stay. */
  public void revoke(AccessRule rule) {
    cluster.locked(
        () -> {
          accounts.revoke(rule);
          return rule;
        });
  }

  /** Creates a slice, or replaces the one of its name. */
  public void put(Slice slice) {
    put(slice.json());
  }

  /**
   * Creates a slice, or replaces the one of its name.
   *
   * @param json an EndpointSlice; without a namespace it goes to {@code default}, and a resource
   *     version in it is passed over
   * @throws IllegalArgumentException when a real server would not take it
   */
  public void put(String json) {
    try {
      cluster.inStore(store -> store.put(SliceWrites.given(json)));
    } catch (Refusal refusal) {
      throw new IllegalArgumentException(
          "put: the API would answer %d: %s".formatted(refusal.code(), refusal.getMessage()),
          refusal);
    }
  }

  /** Deletes a slice; says whether there was one. */
  public boolean delete(String namespace, String name) {
    SliceKey key = new SliceKey(namespace, name);
    return cluster.inStore(
        store -> {
          if (store.find(key) == null) {
            return false;
          }
          store.delete(key);
          return true;
        });
  }

  /** The version of the last write. */
  public long resourceVersion() {
    return cluster.inStore(SliceStore::revision);
  }

  /** What goes wrong. */
  public ApiFaults faults() {
    return faults;
  }

  /** How many requests of this verb were answered, or begun to be. */
  public long requests(Verb verb) {
    return log.count(verb);
  }

  /** The last 10,000 requests, oldest first. */
  public List<ApiRequest> requests() {
    return log.last();
  }

  /** Waits until so many requests of this verb were counted in all; says whether they were. */
  public boolean awaitRequests(Verb verb, long count, Duration most) throws InterruptedException {
    return cluster.await(() -> log.count(verb) >= count, most);
  }

  /** How many watches stand. */
  public int openWatches() {
    return cluster.openWatches();
  }

  /** Waits until so many watches stand; says whether they do. */
  public boolean awaitWatches(int count, Duration most) throws InterruptedException {
    return cluster.await(() -> openWatches() == count, most);
  }

  /** Closes ports and connections, as a server that was killed. The state stays. Idempotent. */
  public synchronized void stop() {
    if (running != null) {
      running.close();
      running = null;
    }
  }

  /**
   * Opens the same ports again, with the objects as they were. As with a real server, watches do
   * not go on from versions before this moment if something was written since: 410. First stops, if
   * it runs.
   */
  public synchronized void restart() {
    stop();
    faults.compact();
    ServerThreads threads = new ServerThreads("fake-kubernetes-api");
    HttpListener http = null;
    try {
      ApiHandler handler = handler(threads);
      http = HttpListener.open(httpPort, null, threads, handler);
      HttpListener https = HttpListener.open(httpsPort, certificate.context(), threads, handler);
      running = new Running(threads, http, https);
      httpPort = http.port();
      httpsPort = https.port();
    } finally {
      if (running == null) {
        if (http != null) {
          http.close();
        }
        threads.close();
      }
    }
  }

  /**
   * Opens the same ports again with an empty store, whose versions begin anew below all that were
   * seen: a cluster whose etcd was lost. Tokens and rules stay.
   */
  public synchronized void restartEmpty() {
    stop();
    cluster.replaceStore(new SliceStore(REVISION_OF_THE_EMPTY));
    restart();
  }

  /** Stops for good. */
  @Override
  public void close() {
    stop();
  }

  @Override
  public String toString() {
    return "FakeKubernetesApi" + Json.object().put("url", url().toString());
  }

  private ApiHandler handler(ServerThreads threads) {
    WatchServer watches = new WatchServer(cluster, faults, log, settings, threads);
    SliceResource slices = new SliceResource(cluster, faults, log, watches, settings.watchList);
    return new ApiHandler(cluster, accounts, faults, log, slices, settings.version);
  }
}
