package dev.peatmesh.discovery.dns.internal;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** What came of a question. Values; times to live are in seconds and may be anything. */
public sealed interface Answer {
  /**
   * SRV records (RFC 2782), at least one.
   *
   * @param whole false when there were more than fit into an answer
   */
  record Services(List<Target> targets, boolean whole, long ttlSeconds) implements Answer {
    public Services {
      targets = List.copyOf(targets);
    }
  }

  /**
   * Addresses, at least one.
   *
   * @param hosts IP literals
   * @param whole false when one family was answered and the other failed
   */
  record Addresses(List<String> hosts, boolean whole, long ttlSeconds) implements Answer {
    public Addresses {
      hosts = List.copyOf(hosts);
    }
  }

  /**
   * The server says that there is nothing (RFC 2308).
   *
   * @param nameExists false for NXDOMAIN; true when the name has other records, or names below it
   * @param proven whether the zone itself said so: an authoritative answer, or one with its SOA
   * @param ttlSeconds how long this holds
   */
  record Absent(boolean nameExists, boolean proven, long ttlSeconds) implements Answer {}

  /**
   * No answer that says anything about the name.
   *
   * @param reason server by server, without secrets
   * @param unreachable whether no server said anything at all
   */
  record Failed(String reason, boolean unreachable) implements Answer {}

  /**
   * One SRV record.
   *
   * @param host where it leads, in lower case, without the dot at the end
   * @param glue its addresses, if the server added them
   */
  record Target(String host, int port, List<String> glue) {
    public Target {
      glue = List.copyOf(glue);
    }
  }

  /** One answer of what the two families of addresses gave. */
  static Answer united(Answer first, Answer second) {
    if (first instanceof Addresses one && second instanceof Addresses other) {
      Set<String> hosts = new LinkedHashSet<>(one.hosts());
      hosts.addAll(other.hosts());
      return new Addresses(
          List.copyOf(hosts), true, Math.min(one.ttlSeconds(), other.ttlSeconds()));
    }
    if (first instanceof Addresses one) {
      return new Addresses(one.hosts(), second instanceof Absent, one.ttlSeconds());
    }
    if (second instanceof Addresses other) {
      return new Addresses(other.hosts(), first instanceof Absent, other.ttlSeconds());
    }
    if (first instanceof Absent one && second instanceof Absent other) {
      return new Absent(
          one.nameExists() || other.nameExists(),
          one.proven() && other.proven(),
          Math.min(one.ttlSeconds(), other.ttlSeconds()));
    }
    return first instanceof Failed ? first : second;
  }
}
