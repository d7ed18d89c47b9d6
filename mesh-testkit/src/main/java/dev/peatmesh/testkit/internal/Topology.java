package dev.peatmesh.testkit.internal;

import dev.peatmesh.testkit.NetworkRules;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Who reaches whom, and how well: one partition into groups, cut directions on top of it, and rules
 * per direction of a link. Maps are only looked up, never walked: their order must not matter.
 */
final class Topology {
  private NetworkRules rules;
  private final Map<Long, NetworkRules> rulesOf = new HashMap<>();
  private final Set<Long> cut = new HashSet<>();
  private int[] groupOf = {};

  Topology(NetworkRules rules) {
    this.rules = rules;
  }

  /** Whether packets pass in this direction at all. A host always reaches itself. */
  boolean passes(SimulatedHost from, SimulatedHost to) {
    return from == to || (group(from) == group(to) && !cut.contains(direction(from, to)));
  }

  NetworkRules between(SimulatedHost from, SimulatedHost to) {
    return rulesOf.isEmpty() ? rules : rulesOf.getOrDefault(direction(from, to), rules);
  }

  void rules(NetworkRules everywhere) {
    rules = everywhere;
    rulesOf.clear();
  }

  void rules(SimulatedHost from, SimulatedHost to, NetworkRules forOne) {
    rulesOf.put(direction(from, to), forOne);
  }

  /** Replaces the partition before. Hosts in no group form one more. */
  void partition(List<List<SimulatedHost>> groups) {
    int[] next = {};
    for (int group = 0; group < groups.size(); group++) {
      for (SimulatedHost host : groups.get(group)) {
        next = Arrays.copyOf(next, Math.max(next.length, host.index() + 1));
        if (next[host.index()] != 0) {
          throw new IllegalArgumentException(
              "partition(" + host + "): stands in two groups. Name every host once.");
        }
        next[host.index()] = group + 1;
      }
    }
    groupOf = next;
  }

  void cut(SimulatedHost from, SimulatedHost to) {
    cut.add(direction(from, to));
  }

  void mend(SimulatedHost from, SimulatedHost to) {
    cut.remove(direction(from, to));
  }

  /** No partition and no cut; the rules stay. */
  void heal() {
    groupOf = new int[0];
    cut.clear();
  }

  private int group(SimulatedHost host) {
    return host.index() < groupOf.length ? groupOf[host.index()] : 0;
  }

  private static long direction(SimulatedHost from, SimulatedHost to) {
    return (long) from.index() << 32 | to.index();
  }
}
