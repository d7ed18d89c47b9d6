package dev.peatmesh.testkit.kubernetes;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** What was asked: counts of all, and the last {@value #KEPT_MAX}. */
final class RequestLog {
  static final int KEPT_MAX = 10_000;

  private final Cluster cluster;
  private final Map<Verb, Long> counts = new EnumMap<>(Verb.class);
  private final Deque<ApiRequest> last = new ArrayDeque<>();

  RequestLog(Cluster cluster) {
    this.cluster = cluster;
  }

  /** Comes before the answer: a client that has it finds its request here. */
  void add(ApiRequest request) {
    cluster.change(
        () -> {
          if (last.size() == KEPT_MAX) {
            last.removeFirst();
          }
          last.add(request);
          return counts.merge(request.verb(), 1L, Long::sum);
        });
  }

  long count(Verb verb) {
    return cluster.locked(() -> counts.getOrDefault(verb, 0L));
  }

  List<ApiRequest> last() {
    return cluster.locked(() -> List.copyOf(last));
  }
}
