package dev.peatmesh.discovery.mdns.internal.view;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.peatmesh.discovery.PeerInfo;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a node's text record says (RFC 6763, section 6). Immutable. Anyone may have written it.
 *
 * <p>Its {@code port} is not used: the service record has one, which every DNS-SD browser follows,
 * and a text that contradicts it is wrong.
 *
 * @param run the token of the sender's run; null when it gives none
 * @param metadata the keys that mean nothing here, in lower case; what no metadata can be is left
 *     out
 */
record PeerText(
    String nodeId,
    String formationId,
    @Nullable String run,
    @Nullable String relayUrl,
    Map<String, String> metadata) {
  static final String NODE_ID = "node_id";
  static final String PORT = "port";
  static final String FORMATION_ID = "formation_id";
  static final String RUN = "run";
  static final String RELAY_URL = "relay_url";

  private static final int RUN_CHARS_MAX = 64;

  /** The node that these strings describe; empty when they describe none. */
  static Optional<PeerText> read(List<String> strings) {
    Map<String, String> values = values(strings);
    String nodeId = values.remove(NODE_ID);
    String formationId = values.remove(FORMATION_ID);
    values.remove(PORT);
    String run = values.remove(RUN);
    String relayUrl = values.remove(RELAY_URL);
    if (nodeId == null || formationId == null) {
      return Optional.empty();
    }
    try {
      nodeId = PeerInfo.checkNodeId(nodeId);
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
    values.entrySet().removeIf(entry -> !isMetadata(entry.getKey(), entry.getValue()));
    return Optional.of(
        new PeerText(
            nodeId,
            formationId,
            run != null && run.length() > RUN_CHARS_MAX ? null : run,
            relayUrl != null && isPlain(relayUrl, PeerInfo.RELAY_URL_BYTES_MAX) ? relayUrl : null,
            Collections.unmodifiableMap(values)));
  }

  // Keys are compared without case and the first of equal ones counts (RFC 6763, section 6.4).
  private static Map<String, String> values(List<String> strings) {
    Map<String, String> values = new TreeMap<>();
    for (String string : strings) {
      int equals = string.indexOf('=');
      if (equals > 0 && values.size() < PeerInfo.METADATA_MAX) {
        values.putIfAbsent(
            string.substring(0, equals).toLowerCase(Locale.ROOT), string.substring(equals + 1));
      }
    }
    return values;
  }

  private static boolean isMetadata(String key, String value) {
    return isPlain(key, PeerInfo.METADATA_KEY_BYTES_MAX)
        && isPlain(value, PeerInfo.METADATA_VALUE_BYTES_MAX);
  }

  private static boolean isPlain(String text, int bytesMax) {
    return text.getBytes(UTF_8).length <= bytesMax && text.codePoints().allMatch(PeerText::isPlain);
  }

  private static boolean isPlain(int codePoint) {
    int type = Character.getType(codePoint);
    return type != Character.CONTROL
        && type != Character.LINE_SEPARATOR
        && type != Character.PARAGRAPH_SEPARATOR
        && type != Character.SURROGATE;
  }
}
