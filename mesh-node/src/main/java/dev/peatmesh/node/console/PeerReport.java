package dev.peatmesh.node.console;

import dev.peatmesh.PeerError;
import dev.peatmesh.PeerStatus;
import dev.peatmesh.crypto.DeviceId;
import dev.peatmesh.crypto.EndpointId;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One peer as the console shows it. */
final class PeerReport {
  private PeerReport() {}

  static Map<String, @Nullable Object> of(PeerStatus peer) {
    Map<String, @Nullable Object> report = new LinkedHashMap<>();
    report.put("name", peer.nodeName());
    report.put("state", peer.state());
    report.put("synchronised", peer.synchronised());
    report.put("since", peer.since());
    report.put("device_id", peer.deviceId().map(DeviceId::hex).orElse(null));
    report.put("endpoint_id", peer.endpointId().map(EndpointId::hex).orElse(null));
    report.put("sources", peer.sources());
    report.put("addresses", peer.addresses());
    report.put("last_error", peer.lastError().map(PeerReport::of).orElse(null));
    report.put("next_dial_at", peer.nextDialAt().orElse(null));
    return report;
  }

  private static Map<String, @Nullable Object> of(PeerError error) {
    Map<String, @Nullable Object> report = new LinkedHashMap<>();
    report.put("reason", error.reason());
    report.put("said_by", error.remote() ? "peer" : "this node");
    report.put("explanation", error.reason().explanation());
    report.put("detail", error.detail());
    report.put("when", error.when());
    return report;
  }
}
