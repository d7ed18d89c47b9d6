package dev.peatmesh.e2e.lan;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A network of its own: a bridge in one network namespace, hosts in others. Whatever runs on a host
 * ends with it. Needs root.
 */
final class Lan implements AutoCloseable {
  private static final AtomicInteger LANS = new AtomicInteger();
  private static final Pattern OURS = Pattern.compile("peat-lan-(\\d+)-.*");

  private final int number = LANS.incrementAndGet();
  private final String prefix = "peat-lan-" + ProcessHandle.current().pid() + "-" + number + "-";
  private final String bridge = prefix + "bridge";
  private final List<Host> hosts = new ArrayList<>();
  private int ports;

  private Lan() {
    Command.run("ip", "netns", "add", bridge);
    Command.run("ip", "-n", bridge, "link", "add", "br0", "type", "bridge", "mcast_snooping", "0");
    Command.run("ip", "-n", bridge, "link", "set", "br0", "up");
  }

  static Lan create() {
    removeLeftovers();
    return new Lan();
  }

  /** A host with a plugged-in cable {@code eth0} and the IPv4 address {@code 10.77.0.n}. */
  Host host(String name) {
    Host host = bareHost(name);
    String port = plug(host, "eth0");
    Command.run("ip", "-n", host.namespace, "addr", "add", host.address() + "/24", "dev", "eth0");
    host.port = port;
    return host;
  }

  /** A host with a cable and no IPv4 address. */
  Host ipv6Host(String name) {
    Host host = bareHost(name);
    host.port = plug(host, "eth0");
    return host;
  }

  /** A host without a cable. */
  Host bareHost(String name) {
    Host host = new Host(prefix + name, hosts.size() + 1);
    hosts.add(host);
    Command.run("ip", "netns", "add", host.namespace);
    Command.run("ip", "-n", host.namespace, "link", "set", "lo", "up");
    return host;
  }

  /** Adds an interface to a host of this or of another network; the port of the bridge. */
  String plug(Host host, String nic) {
    String port = "port" + ++ports;
    Command.run(
        "ip",
        "-n",
        bridge,
        "link",
        "add",
        port,
        "type",
        "veth",
        "peer",
        "name",
        nic,
        "netns",
        host.namespace);
    // A link-local address is usable at once, without waiting whether another host has it.
    host.run("sysctl", "-q", "-w", "net.ipv6.conf." + nic + ".accept_dad=0");
    Command.run("ip", "-n", bridge, "link", "set", port, "master", "br0", "up");
    Command.run("ip", "-n", host.namespace, "link", "set", nic, "up");
    return port;
  }

  void pullCable(Host host) {
    Command.run("ip", "-n", bridge, "link", "set", host.port, "down");
  }

  void plugIn(Host host) {
    Command.run("ip", "-n", bridge, "link", "set", host.port, "up");
  }

  @Override
  public void close() {
    hosts.forEach(host -> remove(host.namespace));
    remove(bridge);
  }

  /** What a run that was killed left behind. */
  private static synchronized void removeLeftovers() {
    for (String line : Command.run("ip", "netns", "list").lines().toList()) {
      String namespace = line.split(" ")[0];
      Matcher ours = OURS.matcher(namespace);
      if (ours.matches() && !Files.exists(Path.of("/proc", ours.group(1)))) {
        remove(namespace);
      }
    }
  }

  private static void remove(String namespace) {
    Command.tryRun("ip", "netns", "pids", namespace)
        .output()
        .lines()
        .filter(line -> line.matches("\\d+"))
        .forEach(pid -> ProcessHandle.of(Long.parseLong(pid)).ifPresent(Lan::end));
    Command.tryRun("ip", "netns", "del", namespace);
  }

  private static void end(ProcessHandle process) {
    process.destroyForcibly();
  }

  /** A host: a network namespace. */
  final class Host {
    private final String namespace;
    private final int index;
    private String port = "";

    private Host(String namespace, int index) {
      this.namespace = namespace;
      this.index = index;
    }

    String namespace() {
      return namespace;
    }

    /** Its IPv4 address on this network. */
    String address() {
      return "10.77.0." + index;
    }

    /** Runs a command on the host. */
    String run(String... words) {
      return Command.run(on(words));
    }

    /** The command that runs another one on the host. */
    String[] on(String... words) {
      List<String> all = new ArrayList<>(List.of("ip", "netns", "exec", namespace));
      all.addAll(List.of(words));
      return all.toArray(String[]::new);
    }
  }
}
