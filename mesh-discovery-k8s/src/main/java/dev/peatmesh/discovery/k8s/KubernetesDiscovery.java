package dev.peatmesh.discovery.k8s;

import dev.peatmesh.discovery.DiscoveryContext;
import dev.peatmesh.discovery.DiscoveryStatus;
import dev.peatmesh.discovery.DiscoveryStrategy;
import dev.peatmesh.discovery.PeerInfo;
import dev.peatmesh.discovery.k8s.internal.PeerRules;
import dev.peatmesh.discovery.k8s.internal.Target;
import dev.peatmesh.discovery.k8s.internal.client.ApiSource;
import dev.peatmesh.discovery.k8s.internal.client.FoundClient;
import dev.peatmesh.discovery.k8s.internal.client.FoundClient.Surroundings;
import dev.peatmesh.discovery.k8s.internal.client.GivenClient;
import dev.peatmesh.discovery.k8s.internal.client.SliceFeed;
import io.kubernetes.client.openapi.ApiClient;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Peers are the pods behind the EndpointSlices of a Service, by list and watch
 * (https://kubernetes.io/docs/concepts/services-networking/endpoint-slices/). A node's id is the
 * name of its pod; no annotation is needed, and no right but list and watch on endpointslices.
 *
 * <p>It only looks: Kubernetes itself advertises the pods. When the API is away, or does not let us
 * in, it keeps the peers it has, says what is wrong and what to do in {@link #status}, and tries
 * again, at most 10 s apart unless the API asks for more (Retry-After, up to 5 min). Thread-safe.
 * While started it has two threads of the context's and one connection.
 */
public final class KubernetesDiscovery implements DiscoveryStrategy {
  /** By this name it is chosen. */
  public static final String NAME = "k8s";

  private static final String NAMESPACE_OUTSIDE = "default";

  private final KubernetesSettings settings;
  private final Supplier<ApiSource> sources;
  private final AtomicReference<@Nullable SliceFeed> feed = new AtomicReference<>();

  private KubernetesDiscovery(KubernetesSettings settings, Supplier<ApiSource> sources) {
    this.settings = settings;
    this.sources = sources;
  }

  /** With a client made of the pod's service account or of a kubeconfig, when it is started. */
  public static KubernetesDiscovery of(KubernetesSettings settings) {
    return of(settings, Surroundings.ofThisProcess(settings.kubeconfig()));
  }

  /**
   * With a client that the caller made, and closes; {@link KubernetesSettings#kubeconfig} is not
   * looked at. Its timeouts do not matter: each request brings its own.
   */
  public static KubernetesDiscovery of(KubernetesSettings settings, ApiClient client) {
    Surroundings here = Surroundings.ofThisProcess(null);
    return new KubernetesDiscovery(settings, () -> new GivenClient(client, here.mount()));
  }

  /** With a client made of what is there. */
  static KubernetesDiscovery of(KubernetesSettings settings, Surroundings surroundings) {
    return new KubernetesDiscovery(settings, () -> new FoundClient(surroundings));
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public void start(DiscoveryContext context) {
    ApiSource source = sources.get();
    SliceFeed started =
        new SliceFeed(
            context,
            source,
            target(context, source),
            new PeerRules(
                context.nodeId(),
                settings.portName(),
                settings.annotationPrefix(),
                settings.includeNotReady()),
            settings.relistInterval());
    if (!feed.compareAndSet(null, started)) {
      throw new IllegalStateException("discovery(\"k8s\"): is started already. Stop it first.");
    }
    started.start();
  }

  @Override
  public void stop() {
    SliceFeed stopped = feed.getAndSet(null);
    if (stopped != null) {
      stopped.stop();
    }
  }

  @Override
  public List<PeerInfo> discoveredPeers() {
    SliceFeed running = feed.get();
    return running == null ? List.of() : running.peers();
  }

  @Override
  public DiscoveryStatus status() {
    SliceFeed running = feed.get();
    return running == null ? new DiscoveryStatus.Stopped() : running.status();
  }

  private Target target(DiscoveryContext context, ApiSource source) {
    String set = settings.namespace();
    return new Target(
        set != null ? set : source.namespace().orElse(NAMESPACE_OUTSIDE),
        settings.labelSelector(),
        Objects.requireNonNullElse(settings.service(), ""),
        settings.portName(),
        context.port());
  }
}
