package dev.peatmesh.discovery;

import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What one strategy knows of one peer. A hint: only the handshake proves who answers. Immutable;
 * what exceeds a bound is refused, not cut.
 *
 * @param nodeId a node name of 1 to 253 bytes of UTF-8, or an endpoint id of 64 hex digits, which
 *     is turned to lower case
 * @param addresses where to dial, best first, without duplicates; at most {@value #ADDRESSES_MAX};
 *     empty when the peer is known and its address is not
 * @param relayUrl where its relay is, at most {@value #RELAY_URL_BYTES_MAX} bytes; null without one
 * @param lastSeen when the source last showed the peer
 * @param metadata what else the source says, sorted by key; at most {@value #METADATA_MAX} entries
 *     with keys of at most {@value #METADATA_KEY_BYTES_MAX} and values of at most {@value
 *     #METADATA_VALUE_BYTES_MAX} bytes
 * @param sources the names of the strategies that show it now, sorted; empty in what one strategy
 *     publishes: whoever unites several fills it in. At most {@value #SOURCES_MAX}
 */
public record PeerInfo(
    String nodeId,
    List<PeerAddress> addresses,
    @Nullable String relayUrl,
    Instant lastSeen,
    Map<String, String> metadata,
    Set<String> sources) {
  /** The longest node id, in bytes. */
  public static final int NODE_ID_BYTES_MAX = 253;

  /** The most addresses of one peer. */
  public static final int ADDRESSES_MAX = 32;

  /** The longest relay url, in bytes. */
  public static final int RELAY_URL_BYTES_MAX = 2048;

  /** The most metadata entries of one peer. */
  public static final int METADATA_MAX = 64;

  /** The most sources of one peer. */
  public static final int SOURCES_MAX = 16;

  /** The longest metadata key, in bytes: a qualified Kubernetes annotation fits. */
  public static final int METADATA_KEY_BYTES_MAX = 317;

  /** The longest metadata value, in bytes. */
  public static final int METADATA_VALUE_BYTES_MAX = 4096;

  public PeerInfo {
    nodeId = checkNodeId(nodeId);
    checkCount("addresses", addresses.size(), ADDRESSES_MAX);
    addresses = List.copyOf(new LinkedHashSet<>(addresses));
    if (relayUrl != null && !Text.isPlain(relayUrl, RELAY_URL_BYTES_MAX)) {
      throw bad("relay url", relayUrl, RELAY_URL_BYTES_MAX);
    }
    checkCount("metadata", metadata.size(), METADATA_MAX);
    metadata.forEach(PeerInfo::checkMetadata);
    metadata = Collections.unmodifiableMap(new TreeMap<>(metadata));
    checkCount("sources", sources.size(), SOURCES_MAX);
    sources = Collections.unmodifiableSortedSet(new TreeSet<>(sources));
  }

  /** What one strategy publishes: without sources. */
  public PeerInfo(
      String nodeId,
      List<PeerAddress> addresses,
      @Nullable String relayUrl,
      Instant lastSeen,
      Map<String, String> metadata) {
    this(nodeId, addresses, relayUrl, lastSeen, metadata, Set.of());
  }

  /** A peer of which nothing but its addresses is known. */
  public static PeerInfo of(String nodeId, List<PeerAddress> addresses, Instant lastSeen) {
    return new PeerInfo(nodeId, addresses, null, lastSeen, Map.of());
  }

  /** Refuses what cannot be a node id and says why; returns what can, in its one spelling. */
  public static String checkNodeId(String nodeId) {
    if (nodeId.isBlank()
        || !nodeId.equals(nodeId.strip())
        || !Text.isPlain(nodeId, NODE_ID_BYTES_MAX)) {
      throw new IllegalArgumentException(
          ("node id(%s): must be 1 to %d bytes of UTF-8 without control characters and without"
                  + " white space at its ends.")
              .formatted(Text.quoted(nodeId), NODE_ID_BYTES_MAX));
    }
    return Text.canonicalNodeId(nodeId);
  }

  /** Whether the node id is a transport key of 64 hex digits rather than a name. */
  public boolean isEndpointId() {
    return Text.isEndpointId(nodeId);
  }

  /** Whether nothing differs but {@link #lastSeen}: then there is nothing to publish. */
  public boolean showsSameAs(PeerInfo other) {
    return nodeId.equals(other.nodeId)
        && addresses.equals(other.addresses)
        && Objects.equals(relayUrl, other.relayUrl)
        && metadata.equals(other.metadata)
        && sources.equals(other.sources);
  }

  private static void checkMetadata(String key, String value) {
    if (key.isEmpty() || !Text.isPlain(key, METADATA_KEY_BYTES_MAX)) {
      throw bad("metadata key", key, METADATA_KEY_BYTES_MAX);
    }
    if (!Text.isPlain(value, METADATA_VALUE_BYTES_MAX)) {
      throw bad("metadata " + key, value, METADATA_VALUE_BYTES_MAX);
    }
  }

  private static void checkCount(String what, int count, int max) {
    if (count > max) {
      throw new IllegalArgumentException(
          "%s(%d): one peer has at most %d.".formatted(what, count, max));
    }
  }

  private static IllegalArgumentException bad(String what, String value, int bytesMax) {
    return new IllegalArgumentException(
        "%s(%s): must be at most %d bytes of UTF-8 without control characters."
            .formatted(what, Text.quoted(value), bytesMax));
  }
}
