package dev.peatmesh.testkit.internal;

import dev.peatmesh.testkit.NetworkRules;

/**
 * Carries single packets from host to host: each may be lost, delayed, held back or doubled. Every
 * packet and its fate are in the event log.
 */
final class Wire {
  private static final int HELD_BACK_TIMES = 5;

  private final VirtualTime time;
  private final Topology topology;
  private final SeededRandom random;

  Wire(VirtualTime time, Topology topology) {
    this.time = time;
    this.topology = topology;
    random = time.random("wire");
  }

  /**
   * Sends one packet.
   *
   * @param arrival what happens on the other host when it comes; twice when it is doubled
   * @return whether it will arrive: the simulator may know, no node does
   */
  boolean send(SimulatedHost from, SimulatedHost to, String packet, Runnable arrival) {
    from.meter().packet();
    if (!topology.passes(from, to)) {
      time.record(from + ">" + to + " " + packet + " cut");
      return false;
    }
    NetworkRules rules = topology.between(from, to);
    if (random.chance(rules.loss())) {
      time.record(from + ">" + to + " " + packet + " lost");
      return false;
    }
    time.record(from + ">" + to + " " + packet);
    carry(to, rules, packet, arrival);
    if (random.chance(rules.duplicate())) {
      carry(to, rules, packet, arrival);
    }
    return true;
  }

  private void carry(SimulatedHost to, NetworkRules rules, String packet, Runnable arrival) {
    long delay = delay(rules);
    if (random.chance(rules.reorder())) {
      delay += random.upTo(HELD_BACK_TIMES * nanosMost(rules));
    }
    to.after(
        delay,
        () -> {
          time.record(to + (to.up() ? "<" : " down, missed ") + packet);
          arrival.run();
        });
  }

  /** Whether a packet sent now would pass; draws as if one were sent. */
  boolean wouldPass(SimulatedHost from, SimulatedHost to) {
    return topology.passes(from, to) && !random.chance(topology.between(from, to).loss());
  }

  long latency(SimulatedHost from, SimulatedHost to) {
    return topology.between(from, to).latency().toNanos();
  }

  /** The longest time to the other side and back, packets held back not counted. */
  long roundTripMost(SimulatedHost one, SimulatedHost other) {
    return nanosMost(topology.between(one, other)) + nanosMost(topology.between(other, one));
  }

  private long delay(NetworkRules rules) {
    return rules.latency().toNanos() + random.upTo(rules.jitter().toNanos());
  }

  private static long nanosMost(NetworkRules rules) {
    return rules.latency().toNanos() + rules.jitter().toNanos();
  }
}
