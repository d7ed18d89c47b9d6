package dev.peatmesh.testkit.internal;

import dev.peatmesh.crypto.EndpointId;
import dev.peatmesh.internal.transport.Transport;
import dev.peatmesh.runtime.Loop;
import dev.peatmesh.runtime.MeshException;
import dev.peatmesh.testkit.NetworkRules;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A packet network between simulated hosts, on which connections behave as QUIC's do: reliable and
 * ordered while packets get through, ended by silence when they do not.
 *
 * <p>Faults are set at any time and hold for packets sent from then on; those in flight arrive.
 * Bandwidth is not modelled: delay does not depend on size.
 */
public final class SimulatedNetwork {
  /** The port of {@link #address}. */
  public static final int PORT = 11204;

  private static final int HOSTS_MAX = 0xFFFE;
  private static final Duration PORT_UNREACHABLE_AFTER = Duration.ofMillis(1);

  private final VirtualTime time;
  private final Topology topology;
  private final Wire wire;
  private final Map<InetSocketAddress, SimulatedTransport> bound = new LinkedHashMap<>();

  /** Who was last seen at an address: packets to a dead node still travel to its machine. */
  private final Map<InetSocketAddress, SimulatedHost> homes = new LinkedHashMap<>();

  private boolean portUnreachable;
  private long connectionIds;

  /** A network whose links all follow the given rules. */
  public SimulatedNetwork(VirtualTime time, NetworkRules rules) {
    this.time = time;
    topology = new Topology(rules);
    wire = new Wire(time, topology);
  }

  /** Address number 0 to 65,533 of the simulated network: 10.0.x.y, made without DNS. */
  public static InetSocketAddress address(int number) {
    if (number < 0 || number >= HOSTS_MAX) {
      throw new IllegalArgumentException(
          "address(" + number + "): is not 0 to " + (HOSTS_MAX - 1) + ".");
    }
    int last = number + 1;
    byte[] ip = {10, 0, (byte) (last >> 8), (byte) last};
    try {
      // With its own digits as host name: getHostName must not ask a real DNS server.
      String digits = "10.0." + (last >> 8) + "." + (last & 0xFF);
      return new InetSocketAddress(InetAddress.getByAddress(digits, ip), PORT);
    } catch (UnknownHostException e) {
      throw new AssertionError("four bytes are an address", e);
    }
  }

  /**
   * Starts to accept connections at the address and gives the access to dial from it.
   *
   * @param id the key that the node proves in every handshake
   * @param loop the node's mesh loop; every callback runs on it
   * @throws MeshException.NetworkFailure when the address is taken
   */
  public SimulatedTransport bind(
      SimulatedHost host,
      Loop loop,
      InetSocketAddress address,
      EndpointId id,
      TransportSettings settings,
      Transport.AcceptListener listener) {
    if (bound.containsKey(address)) {
      throw new MeshException.NetworkFailure(
          "bind(" + address + "): the port is in use. Choose another.", null);
    }
    SimulatedTransport transport =
        new SimulatedTransport(this, host, loop, address, id, settings, listener);
    bound.put(address, transport);
    homes.put(address, host);
    time.record(host + " bind " + address.getHostString() + ":" + address.getPort());
    return transport;
  }

  /** New rules for every link; rules for single links are forgotten. */
  public void rules(NetworkRules rules) {
    change("rules " + rules, () -> topology.rules(rules));
  }

  /** New rules for packets from one host to another; the way back keeps its own. */
  public void rules(SimulatedHost from, SimulatedHost to, NetworkRules rules) {
    change("rules " + from + ">" + to + " " + rules, () -> topology.rules(from, to, rules));
  }

  /**
   * Lets only members of one group reach each other. Replaces an earlier partition. Hosts in no
   * group form one more.
   */
  public void partition(List<List<SimulatedHost>> groups) {
    String named =
        groups.stream()
            .map(group -> group.stream().map(SimulatedHost::name).collect(Collectors.joining(",")))
            .collect(Collectors.joining(" | "));
    change("partition " + named, () -> topology.partition(groups));
  }

  /** Drops every packet from one host to another; the way back stays open. */
  public void cut(SimulatedHost from, SimulatedHost to) {
    change("cut " + from + ">" + to, () -> topology.cut(from, to));
  }

  /** Undoes {@link #cut}. */
  public void mend(SimulatedHost from, SimulatedHost to) {
    change("mend " + from + ">" + to, () -> topology.mend(from, to));
  }

  /** Ends the partition and every cut. Rules stay. */
  public void heal() {
    change("heal", topology::heal);
  }

  /**
   * Whether a dialler is told at once when nobody listens at an address, as by ICMP. Off at first:
   * firewalls and dead machines say nothing.
   */
  public void portUnreachable(boolean told) {
    portUnreachable = told;
  }

  private void change(String what, Runnable change) {
    bound.values().forEach(SimulatedTransport::settle);
    time.record("net " + what);
    change.run();
  }

  /** A hello arrived at its address, where by now somebody else may live, or nobody. */
  void hello(SimulatedDial dial) {
    InetSocketAddress address = dial.connection().remoteAddress();
    SimulatedTransport there = bound.get(address);
    if (there != null) {
      there.hello(dial);
      return;
    }
    SimulatedHost home = hostAt(address);
    if (portUnreachable && home != null && home.up()) {
      String packet = "c" + dial.connection().id() + " port unreachable";
      wire.send(home, dial.connection().host(), packet, dial::portUnreachable);
    }
  }

  /** Nobody was ever at that address. */
  void sendIntoVoid(SimulatedDial dial, String packet) {
    SimulatedHost from = dial.connection().host();
    time.record(from + ">nowhere " + packet);
    if (portUnreachable) {
      from.after(PORT_UNREACHABLE_AFTER.toNanos(), dial::portUnreachable);
    }
  }

  @Nullable SimulatedHost hostAt(InetSocketAddress address) {
    return homes.get(address);
  }

  void unbind(SimulatedTransport transport) {
    bound.remove(transport.localAddress(), transport);
    time.record(transport.host() + " unbind");
  }

  long nextConnectionId() {
    return ++connectionIds;
  }

  Wire wire() {
    return wire;
  }
}
