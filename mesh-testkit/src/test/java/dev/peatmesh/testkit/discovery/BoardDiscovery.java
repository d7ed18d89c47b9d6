package dev.peatmesh.testkit.discovery;

import dev.peatmesh.discovery.DiscoveryContext;
import dev.peatmesh.discovery.DiscoveryEvent;
import dev.peatmesh.discovery.DiscoveryStatus;
import dev.peatmesh.discovery.DiscoveryStrategy;
import dev.peatmesh.discovery.PeerInfo;
import java.io.IOException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

/** Looks at a board every few milliseconds, and does everything right. */
final class BoardDiscovery implements DiscoveryStrategy {
  private final Board board;
  private final AtomicReference<Watch> current = new AtomicReference<>();

  BoardDiscovery(Board board) {
    this.board = board;
  }

  @Override
  public String name() {
    return "board";
  }

  @Override
  public void start(DiscoveryContext context) {
    Watch watch = new Watch(context);
    if (!current.compareAndSet(null, watch)) {
      throw new IllegalStateException("discovery(\"board\"): is started already. Stop it first.");
    }
    watch.thread.start();
  }

  @Override
  public void stop() {
    Watch watch = current.getAndSet(null);
    if (watch != null) {
      watch.end();
    }
  }

  @Override
  public List<PeerInfo> discoveredPeers() {
    Watch watch = current.get();
    return watch == null ? List.of() : List.copyOf(watch.peers.values());
  }

  @Override
  public DiscoveryStatus status() {
    Watch watch = current.get();
    return watch == null ? new DiscoveryStatus.Stopped() : watch.status;
  }

  /** From one start to its stop. */
  private final class Watch {
    private final DiscoveryContext context;
    private final Thread thread;
    private final CountDownLatch ended = new CountDownLatch(1);
    private volatile Map<String, PeerInfo> peers = Map.of();
    private volatile DiscoveryStatus status = new DiscoveryStatus.Degraded("not read yet", "Wait.");

    Watch(DiscoveryContext context) {
      this.context = context;
      thread = context.threads().newThread(this::run);
    }

    void end() {
      ended.countDown();
      thread.interrupt();
      try {
        thread.join(TimeUnit.SECONDS.toMillis(4));
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }

    private void run() {
      try {
        do {
          look();
        } while (!ended.await(5, TimeUnit.MILLISECONDS));
      } catch (InterruptedException stopped) {
        Thread.currentThread().interrupt();
      }
    }

    private void look() {
      try {
        tell(board.read(context.formationId(), context.nodeId(), context.clock().instant()));
        status = new DiscoveryStatus.Ok();
      } catch (IOException away) {
        status = new DiscoveryStatus.Degraded(String.valueOf(away.getMessage()), "Turn it round.");
      }
    }

    private void tell(Map<String, PeerInfo> read) {
      Map<String, PeerInfo> before = peers;
      peers = read;
      Set<String> ids = new LinkedHashSet<>(before.keySet());
      ids.addAll(read.keySet());
      for (String id : ids) {
        if (ended.getCount() == 0) {
          return;
        }
        publish(before, read, id);
      }
    }

    private void publish(Map<String, PeerInfo> before, Map<String, PeerInfo> read, String id) {
      if (!read.containsKey(id)) {
        context.publish(new DiscoveryEvent.PeerLost(id));
      } else if (!before.containsKey(id)) {
        context.publish(new DiscoveryEvent.PeerFound(read.get(id)));
      } else if (!RecordingContext.sameBut(before.get(id), read.get(id))) {
        context.publish(new DiscoveryEvent.PeerUpdated(read.get(id)));
      }
    }
  }
}
