package dev.peatmesh.internal.node;

import dev.peatmesh.internal.link.LocalNode;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * Which node ids are one peer: a name and the endpoint id that is derived from it. Remembers at
 * most so many names, the latest used. Thread-safe.
 */
final class Identities {
  private final LocalNode self;
  private final Map<String, String> endpoints;
  private final Map<String, String> names;

  Identities(LocalNode self, int namesMax) {
    this.self = self;
    endpoints = bounded(namesMax);
    names = bounded(namesMax);
  }

  /** The endpoint id in hex; of what cannot be a node id, the text itself. */
  String identityOf(String nodeId) {
    if (LocalNode.isEndpointId(nodeId)) {
      return nodeId.toLowerCase(Locale.ROOT);
    }
    synchronized (this) {
      String known = endpoints.get(nodeId);
      if (known != null) {
        return known;
      }
    }
    // Two key derivations: others need not wait for them.
    String endpoint = derived(nodeId);
    synchronized (this) {
      endpoints.put(nodeId, endpoint);
      names.put(endpoint, nodeId);
    }
    return endpoint;
  }

  /** The name of the node where its id is an endpoint id and its name has been seen. */
  synchronized String nameOf(String nodeId) {
    return names.getOrDefault(nodeId, nodeId);
  }

  private String derived(String nodeName) {
    try {
      return self.endpointOf(nodeName).hex();
    } catch (IllegalArgumentException noNodeName) {
      return nodeName;
    }
  }

  private static Map<String, String> bounded(int max) {
    return new LinkedHashMap<>(16, 0.75f, true) {
      @Override
      protected boolean removeEldestEntry(Map.Entry<String, String> eldest) {
        return size() > max;
      }
    };
  }
}
