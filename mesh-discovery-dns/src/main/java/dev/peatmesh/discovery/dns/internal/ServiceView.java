package dev.peatmesh.discovery.dns.internal;

import dev.peatmesh.discovery.dns.internal.Answer.Target;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * What the targets of SRV records say about peers: the first label of each is a node id.
 *
 * @param targets the usable ones by node id, sorted
 * @param unnamed targets whose first label stands for an address, so that it names nobody
 * @param toItself whether the Service leads to itself: it has a cluster IP
 * @param whole whether these are all there are, as far as the answer and our bound go
 */
record ServiceView(
    Map<String, List<Target>> targets, List<String> unnamed, boolean toItself, boolean whole) {
  static final ServiceView EMPTY = new ServiceView(Map.of(), List.of(), false, true);

  private static final int UNNAMED_SHOWN_MAX = 3;

  private static final Pattern LABEL = Pattern.compile("[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?");

  /** CoreDNS names what has no name by its address: 10-244-0-5, fd00-10-244--5. */
  private static final Pattern IPV4_LABEL = Pattern.compile("[0-9]{1,3}(-[0-9]{1,3}){3}");

  private static final Pattern IPV6_LABEL =
      Pattern.compile("(?=.*--|([0-9a-f]{1,4}-){7})[0-9a-f]{0,4}(-[0-9a-f]{0,4}){2,8}");

  /** The node id that is the first label of a host name; empty when it names no node. */
  static Optional<String> nodeId(String host) {
    String label = host.substring(0, host.indexOf('.') < 0 ? host.length() : host.indexOf('.'));
    return isLabel(label) && !isAddress(label)
        ? Optional.of(label.toLowerCase(Locale.ROOT))
        : Optional.empty();
  }

  static ServiceView of(Answer.Services services, ServiceName name) {
    Optional<String> itself = name.kubernetes().map(ServiceName.Kubernetes::host);
    TreeMap<String, List<Target>> byNode = new TreeMap<>();
    List<String> unnamed = new ArrayList<>();
    boolean toItself = false;
    for (Target target : services.targets()) {
      Optional<String> nodeId = nodeId(target.host());
      if (itself.equals(Optional.of(target.host()))) {
        toItself = true;
      } else if (nodeId.isPresent()) {
        byNode.computeIfAbsent(nodeId.get(), id -> new ArrayList<>()).add(target);
      } else if (unnamed.size() < UNNAMED_SHOWN_MAX) {
        unnamed.add(target.host());
      }
    }
    int beyond = Math.max(0, byNode.size() - Plan.PEERS_MAX);
    for (int i = 0; i < beyond; i++) {
      byNode.pollLastEntry();
    }
    Collections.sort(unnamed);
    return new ServiceView(
        Collections.unmodifiableMap(byNode),
        List.copyOf(unnamed),
        toItself,
        beyond == 0 && services.whole());
  }

  private static boolean isLabel(String label) {
    return LABEL.matcher(label.toLowerCase(Locale.ROOT)).matches();
  }

  private static boolean isAddress(String label) {
    return IPV4_LABEL.matcher(label).matches() || IPV6_LABEL.matcher(label).matches();
  }
}
