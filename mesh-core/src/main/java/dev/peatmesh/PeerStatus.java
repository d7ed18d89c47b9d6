package dev.peatmesh;

import dev.peatmesh.crypto.DeviceId;
import dev.peatmesh.crypto.EndpointId;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What this node knows of one peer, or of one stranger that was refused at the door. A snapshot;
 * immutable.
 *
 * @param nodeName its name, or {@link #UNKNOWN_NAME} until it has proved one
 * @param endpointId the key it is dialled under; empty for a stranger that proved none
 * @param deviceId its device; empty until it has proved itself once
 * @param state how far this node has come with it
 * @param synchronised whether its documents and ours are equal, as far as both know
 * @param sources the discovery strategies that show it now, sorted; {@link #INBOUND} when it came
 *     by itself; none when they have lost it and it is not forgotten yet
 * @param addresses where it may be, as {@code host:port}; at most 32, of which names are resolved
 *     at every dial
 * @param since since when it is in this state
 * @param lastError what last went wrong; kept when it is connected again
 * @param nextDialAt when it will be dialled again; empty when it is not waiting for that
 */
public record PeerStatus(
    String nodeName,
    Optional<EndpointId> endpointId,
    Optional<DeviceId> deviceId,
    PeerState state,
    boolean synchronised,
    List<String> sources,
    List<String> addresses,
    Instant since,
    Optional<PeerError> lastError,
    Optional<Instant> nextDialAt) {
  /** Stands for a name that is not known. */
  public static final String UNKNOWN_NAME = "unknown";

  /** The source of a peer that was not discovered but came by itself. */
  public static final String INBOUND = "inbound";

  public PeerStatus {
    sources = List.copyOf(sources);
    addresses = List.copyOf(addresses);
  }

  /** Whether its link is up. */
  public boolean isConnected() {
    return state == PeerState.CONNECTED;
  }

  /** The same, with another word on whether it is synchronised. */
  public PeerStatus withSynchronised(boolean value) {
    return new PeerStatus(
        nodeName,
        endpointId,
        deviceId,
        state,
        value,
        sources,
        addresses,
        since,
        lastError,
        nextDialAt);
  }
}
