package dev.peatmesh.discovery.k8s.internal;

import dev.peatmesh.discovery.PeerAddress;
import dev.peatmesh.discovery.PeerInfo;
import io.kubernetes.client.openapi.models.V1EndpointSlice;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * The peers that a set of EndpointSlices shows, merged over all slices, Services and address
 * families. A pure function: the order of the slices does not matter.
 */
public final class SlicePeers {
  /** The most peers; those beyond it, in the order of their names, are left out and counted. */
  public static final int PEERS_MAX = 4096;

  /** Best first; then in an order that no slice has a say in, lest a move look like a change. */
  private static final Comparator<Map.Entry<Place, Conditions>> BEST_FIRST =
      Comparator.comparingInt((Map.Entry<Place, Conditions> e) -> e.getValue().rank())
          .thenComparing(e -> e.getKey().address().host().indexOf(':') >= 0)
          .thenComparing(e -> e.getKey().address().host())
          .thenComparing(e -> e.getKey().address().port());

  private final PeerRules rules;
  private final Map<String, Pod> pods = new TreeMap<>();
  private final List<Finding> findings = new ArrayList<>();
  private final Set<String> portsSeen = new LinkedHashSet<>();
  private String service = "";
  private String portlessService = "";
  private boolean portFound;
  private boolean portMissing;
  private boolean portNamed;
  private boolean endpointSeen;
  private int fqdnSlices;
  private int withoutPod;

  /** One address of one incarnation of a pod: what copies in several slices are copies of. */
  private record Place(String uid, PeerAddress address) {}

  /** What the slices say of the pods of one name. */
  private static final class Pod {
    final Map<Place, Conditions> places = new HashMap<>();
    final Map<String, String> metadata = new TreeMap<>();
    boolean hasAddress;
  }

  private SlicePeers(PeerRules rules) {
    this.rules = rules;
  }

  /** The peers in slices as the API gives them. */
  public static PeerView peers(Collection<V1EndpointSlice> slices, PeerRules rules, Instant now) {
    return of(
        slices.stream().map(slice -> Slice.of(slice, rules.annotationPrefix())).toList(),
        rules,
        now);
  }

  /** The peers in slices that were read before. */
  public static PeerView of(Collection<Slice> slices, PeerRules rules, Instant now) {
    SlicePeers merge = new SlicePeers(rules);
    slices.stream().sorted(Comparator.comparing(Slice::name)).forEach(merge::add);
    return merge.view(slices.size(), now);
  }

  private void add(Slice slice) {
    if (service.isEmpty()) {
      service = slice.service();
    }
    if (!slice.skipped().isEmpty()) {
      findings.add(new Finding.AnnotationsSkipped(slice.name(), slice.skipped()));
    }
    if (slice.endpointsLeftOut() > 0) {
      findings.add(new Finding.TooMany("endpoints in one slice", Slice.ENDPOINTS_MAX));
    }
    if (slice.isFqdn()) {
      fqdnSlices++;
      return;
    }
    Optional<SlicePort> port = SlicePort.choose(slice.ports(), rules.portName());
    if (port.isPresent()) {
      portFound |= !slice.endpoints().isEmpty();
    } else if (!slice.endpoints().isEmpty()) {
      withoutPort(slice);
    }
    slice.endpoints().forEach(endpoint -> add(endpoint, port, slice));
  }

  private void withoutPort(Slice slice) {
    if (portlessService.isEmpty()) {
      portlessService = slice.service();
    }
    portMissing = true;
    portNamed |= slice.ports().stream().anyMatch(p -> p.name().equals(rules.portName()));
    slice.ports().forEach(port -> portsSeen.add(port.describe()));
  }

  private void add(Slice.Endpoint endpoint, Optional<SlicePort> port, Slice slice) {
    endpointSeen = true;
    if (endpoint.pod().isEmpty()) {
      withoutPod++;
      return;
    }
    if (endpoint.pod().equals(rules.selfId())) {
      return;
    }
    Pod pod = pods.computeIfAbsent(endpoint.pod(), name -> new Pod());
    pod.hasAddress |= !endpoint.hosts().isEmpty();
    if (port.isEmpty()) {
      return;
    }
    for (String host : endpoint.hosts()) {
      Place place = new Place(endpoint.uid(), new PeerAddress(host, port.get().number()));
      pod.places.merge(place, endpoint.conditions(), Conditions::with);
    }
    if (endpoint.conditions().usable(rules.includeNotReady())) {
      slice.metadata().forEach(pod.metadata::putIfAbsent);
    }
  }

  private PeerView view(int slices, Instant now) {
    List<PeerInfo> peers = new ArrayList<>();
    int notReady = 0;
    int withoutAddress = 0;
    for (Map.Entry<String, Pod> entry : pods.entrySet()) {
      Pod pod = entry.getValue();
      List<PeerAddress> addresses = addresses(pod);
      if (!addresses.isEmpty()) {
        peers.add(peer(entry.getKey(), addresses, pod, now));
      } else if (!pod.places.isEmpty()) {
        notReady++;
      } else if (!pod.hasAddress) {
        withoutAddress++;
      }
    }
    if (peers.size() > PEERS_MAX) {
      findings.add(new Finding.TooMany("peers", PEERS_MAX));
      peers.subList(PEERS_MAX, peers.size()).clear();
    }
    explain(slices, peers.isEmpty() ? notReady : 0, withoutAddress);
    return new PeerView(List.copyOf(peers), List.copyOf(findings));
  }

  private List<PeerAddress> addresses(Pod pod) {
    return pod.places.entrySet().stream()
        .filter(e -> e.getValue().usable(rules.includeNotReady()))
        .sorted(BEST_FIRST)
        .map(e -> e.getKey().address())
        .distinct()
        .limit(PeerInfo.ADDRESSES_MAX)
        .toList();
  }

  private static PeerInfo peer(String id, List<PeerAddress> addresses, Pod pod, Instant now) {
    TreeMap<String, String> metadata = new TreeMap<>(pod.metadata);
    String relayUrl = metadata.remove(Slice.RELAY_URL);
    while (metadata.size() > PeerInfo.METADATA_MAX) {
      // Several slices together may have more than one peer may carry.
      metadata.remove(metadata.lastKey());
    }
    return new PeerInfo(id, addresses, relayUrl, now, metadata);
  }

  /** The findings, what explains most first. */
  private void explain(int slices, int notReady, int withoutAddress) {
    if (slices == 0) {
      findings.add(new Finding.NothingMatched());
    } else if (fqdnSlices == slices) {
      findings.add(new Finding.OnlyFqdn(service));
    } else if (!endpointSeen) {
      findings.add(new Finding.NoEndpoints(service));
    }
    if (portMissing && !portFound) {
      findings.add(new Finding.NoPort(portlessService, List.copyOf(portsSeen), portNamed));
    }
    if (withoutPod > 0) {
      findings.add(new Finding.WithoutPod(service, withoutPod));
    }
    if (notReady > 0) {
      findings.add(new Finding.NoneReady(service, notReady));
    }
    if (withoutAddress > 0) {
      findings.add(new Finding.WithoutAddress(withoutAddress));
    }
  }
}
