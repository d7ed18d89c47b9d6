package dev.peatmesh.examples;

import dev.peatmesh.discovery.DiscoveryContext;
import dev.peatmesh.discovery.DiscoveryEvent;
import dev.peatmesh.discovery.DiscoveryStatus;
import dev.peatmesh.discovery.DiscoveryStrategy;
import dev.peatmesh.discovery.PeerAddress;
import dev.peatmesh.discovery.PeerInfo;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

// region write-your-own
/**
 * Finds peers in a file with one {@code name host:port} per line, and looks at it again and again.
 * A file that cannot be read leaves the peers as they were, and says so.
 */
public final class FileDiscovery implements DiscoveryStrategy {
  private static final Duration STOP_PATIENCE = Duration.ofSeconds(4);

  private final Path file;
  private final Duration interval;
  private final AtomicReference<@Nullable Watch> watch = new AtomicReference<>();

  /** The file may be absent: then there are no peers, and the health of the mesh says why. */
  public FileDiscovery(Path file, Duration interval) {
    this.file = file;
    this.interval = interval;
  }

  @Override
  public String name() {
    return "file";
  }

  @Override
  public void start(DiscoveryContext context) {
    Watch begun = new Watch(context);
    if (!watch.compareAndSet(null, begun)) {
      throw new IllegalStateException("discovery(\"file\"): is started already. Stop it first.");
    }
    begun.thread.start();
  }

  @Override
  public void stop() {
    Watch ended = watch.getAndSet(null);
    if (ended != null) {
      ended.end();
    }
  }

  @Override
  public List<PeerInfo> discoveredPeers() {
    Watch now = watch.get();
    return now == null ? List.of() : List.copyOf(now.peers.values());
  }

  @Override
  public DiscoveryStatus status() {
    Watch now = watch.get();
    return now == null ? new DiscoveryStatus.Stopped() : now.status;
  }

  /** What lives from start to stop. Its thread alone changes it; others read. */
  private final class Watch implements Runnable {
    private final DiscoveryContext context;
    private final Thread thread;
    private final CountDownLatch ended = new CountDownLatch(1);
    private volatile Map<String, PeerInfo> peers = Map.of();
    private volatile DiscoveryStatus status =
        new DiscoveryStatus.Degraded(file + " has not been read yet", "Wait for a moment.");

    Watch(DiscoveryContext context) {
      this.context = context;
      thread = context.threads().newThread(this);
    }

    @Override
    public void run() {
      try {
        do {
          look();
        } while (!ended.await(interval.toNanos(), TimeUnit.NANOSECONDS));
      } catch (InterruptedException stopped) {
        Thread.currentThread().interrupt();
      }
    }

    void end() {
      ended.countDown();
      thread.interrupt(); // It may wait for the disk, or for whoever takes the events.
      try {
        thread.join(STOP_PATIENCE.toMillis());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }

    private void look() {
      try {
        tell(read());
        status = new DiscoveryStatus.Ok();
      } catch (IOException | IllegalArgumentException bad) {
        status =
            new DiscoveryStatus.Degraded(
                file + " cannot be used: " + bad.getMessage(),
                "Write one \"name host:port\" per line into " + file + ".");
      }
    }

    private Map<String, PeerInfo> read() throws IOException {
      Map<String, PeerInfo> read = new LinkedHashMap<>();
      for (String line : Files.readAllLines(file)) {
        String[] words = line.strip().split(" +", -1);
        if (words.length != 2) {
          throw new IllegalArgumentException("\"" + line + "\" is not a name and an address");
        }
        List<PeerAddress> addresses = List.of(PeerAddress.parse(words[1]));
        PeerInfo peer = PeerInfo.of(words[0], addresses, context.clock().instant());
        read.put(peer.nodeId(), peer);
      }
      return read;
    }

    /** Publishes what differs; the list is changed first, so that it never lags behind. */
    private void tell(Map<String, PeerInfo> read) {
      Map<String, PeerInfo> before = peers;
      peers = read;
      before.keySet().stream()
          .filter(id -> !read.containsKey(id))
          .forEach(id -> publish(new DiscoveryEvent.PeerLost(id)));
      read.forEach(
          (id, peer) -> {
            PeerInfo known = before.get(id);
            if (known == null) {
              publish(new DiscoveryEvent.PeerFound(peer));
            } else if (!known.addresses().equals(peer.addresses())) {
              publish(new DiscoveryEvent.PeerUpdated(peer));
            }
          });
    }

    private void publish(DiscoveryEvent event) {
      if (ended.getCount() > 0) {
        context.publish(event);
      }
    }
  }
}
// endregion
