package dev.peatmesh.discovery.mdns;

import dev.peatmesh.discovery.DiscoveryContext;
import dev.peatmesh.discovery.DiscoveryEvent;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.ThreadFactory;

/**
 * A process that does nothing but mDNS discovery: prints events and status as lines, leaves in an
 * orderly way when its input ends. Arguments: node id, formation, port, expiry in seconds, then
 * interfaces.
 */
public final class MdnsProbe {
  private MdnsProbe() {}

  public static void main(String[] args) throws IOException, InterruptedException {
    MdnsSettings settings =
        MdnsSettings.defaults().withExpiry(Duration.ofSeconds(Long.parseLong(args[3])));
    if (args.length > 4) {
      settings = settings.withInterfaces(args[4].split(","));
    }
    MdnsDiscovery discovery = new MdnsDiscovery(settings);
    discovery.start(new Printing(args[0], args[1], Integer.parseInt(args[2])));
    say("started");
    Thread watch =
        new Thread(
            () -> {
              String before = "";
              while (true) {
                String now = discovery.status().toString();
                if (!now.equals(before)) {
                  say("status " + now);
                  before = now;
                }
                try {
                  Thread.sleep(200);
                } catch (InterruptedException e) {
                  return;
                }
              }
            });
    watch.setDaemon(true);
    watch.start();
    BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    while (in.readLine() != null) {
      say("peers " + discovery.discoveredPeers());
    }
    long since = System.nanoTime();
    discovery.stop();
    say("stopped in ms " + (System.nanoTime() - since) / 1_000_000);
    Thread.getAllStackTraces().keySet().stream()
        .filter(t -> t.getName().toLowerCase().matches(".*(jmdns|socketlistener|mdns).*"))
        .forEach(t -> say("left behind " + t.getName()));
    say("gone");
  }

  private static synchronized void say(String line) {
    System.out.println(System.currentTimeMillis() + " " + line);
  }

  private record Printing(String nodeId, String formationId, int port) implements DiscoveryContext {
    @Override
    public void publish(DiscoveryEvent event) {
      say(event.toString());
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
  }
}
