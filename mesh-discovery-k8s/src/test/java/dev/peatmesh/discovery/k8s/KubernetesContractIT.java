package dev.peatmesh.discovery.k8s;

import dev.peatmesh.discovery.DiscoveryStrategy;
import dev.peatmesh.testkit.discovery.DiscoverySource;
import dev.peatmesh.testkit.discovery.DiscoveryStrategyContract;
import dev.peatmesh.testkit.kubernetes.Verb;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;

/** Kubernetes discovery keeps the contract of all strategies. */
class KubernetesContractIT extends DiscoveryStrategyContract {
  @Override
  protected DiscoverySource openSource(String formationId, Set<String> nodeIds) {
    Source source = new Source();
    source.vanish("peat-mesh-0");
    nodeIds.forEach(source::appear);
    return source;
  }

  private static final class Source implements DiscoverySource {
    private final FakeCluster cluster = new FakeCluster();
    private final AtomicInteger addresses = new AtomicInteger();
    private final String token = cluster.token();

    @Override
    public Set<Ability> abilities() {
      return EnumSet.of(Ability.COME_AND_GO, Ability.CHANGE, Ability.FAIL, Ability.TELL_SELF);
    }

    @Override
    public DiscoveryStrategy newStrategy() throws Exception {
      return KubernetesDiscovery.of(FakeCluster.settings(), cluster.client(token));
    }

    @Override
    public void appear(String nodeId) {
      int number = addresses.incrementAndGet();
      cluster.pod(nodeId, "10.9." + number / 250 + "." + (1 + number % 250));
    }

    @Override
    public void change(String nodeId) {
      appear(nodeId);
    }

    @Override
    public void vanish(String nodeId) {
      cluster.gone(nodeId);
    }

    @Override
    public void fail() {
      cluster.api.faults().failNext(Integer.MAX_VALUE, 500, Verb.LIST, Verb.WATCH);
      cluster.api.faults().dropWatches();
    }

    @Override
    public void heal() {
      cluster.api.faults().clear();
    }

    @Override
    public Set<String> secrets() {
      return Set.of(token);
    }

    /** OkHttp's runner of tasks and Okio's watchdog: daemons of the process, gone when idle. */
    @Override
    public boolean isShared(Thread thread) {
      return thread.getName().startsWith("OkHttp") || thread.getName().startsWith("Okio");
    }

    @Override
    public void close() {
      cluster.close();
    }
  }
}
