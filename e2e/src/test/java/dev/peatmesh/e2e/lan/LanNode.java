package dev.peatmesh.e2e.lan;

import dev.peatmesh.discovery.DiscoveryContext;
import dev.peatmesh.discovery.DiscoveryEvent;
import dev.peatmesh.discovery.DiscoveryStatus;
import dev.peatmesh.discovery.PeerInfo;
import dev.peatmesh.discovery.mdns.MdnsDiscovery;
import dev.peatmesh.discovery.mdns.MdnsSettings;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;

/**
 * The main class of a node that does nothing but mDNS discovery. Tells what it finds line by line,
 * and leaves in good order when its input ends. Arguments: node id, formation, expiry in seconds.
 */
public final class LanNode {
  private static final long LOOK_NANOS = 100_000_000L;

  private LanNode() {}

  public static void main(String[] args) throws IOException {
    MdnsSettings settings =
        MdnsSettings.defaults().withExpiry(Duration.ofSeconds(Long.parseLong(args[2])));
    MdnsDiscovery discovery = new MdnsDiscovery(settings);
    discovery.start(new Telling(args[0], args[1]));
    AtomicBoolean ends = new AtomicBoolean();
    Thread watch = new Thread(() -> tellStatus(discovery, ends), "status");
    watch.setDaemon(true);
    watch.start();
    while (System.in.read() >= 0) {
      // Only its end means something.
    }
    ends.set(true);
    discovery.stop();
    say("stopped");
  }

  private static void tellStatus(MdnsDiscovery discovery, AtomicBoolean ends) {
    DiscoveryStatus told = new DiscoveryStatus.Stopped();
    while (!ends.get()) {
      DiscoveryStatus now = discovery.status();
      if (!now.equals(told)) {
        told = now;
        say(
            now instanceof DiscoveryStatus.Degraded degraded
                ? "degraded " + degraded.cause() + " | " + degraded.remedy()
                : "ok");
      }
      LockSupport.parkNanos(LOOK_NANOS);
    }
  }

  private static synchronized void say(String line) {
    System.out.println(line);
  }

  private record Telling(String nodeId, String formationId) implements DiscoveryContext {
    @Override
    public int port() {
      return 11204;
    }

    @Override
    public void publish(DiscoveryEvent event) {
      if (event instanceof DiscoveryEvent.PeerFound found) {
        tell("found", found.peer());
      } else if (event instanceof DiscoveryEvent.PeerUpdated updated) {
        tell("updated", updated.peer());
      } else {
        say("lost " + event.nodeId());
      }
    }

    @Override
    public InstantSource clock() {
      return InstantSource.system();
    }

    @Override
    public ThreadFactory threads() {
      return task -> {
        Thread thread = new Thread(task, "mesh-" + nodeId + "-mdns");
        thread.setDaemon(true);
        return thread;
      };
    }

    private static void tell(String what, PeerInfo peer) {
      say(what + " " + peer.nodeId() + " " + peer.addresses());
    }
  }
}
