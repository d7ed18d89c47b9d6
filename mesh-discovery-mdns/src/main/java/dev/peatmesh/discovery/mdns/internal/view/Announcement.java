package dev.peatmesh.discovery.mdns.internal.view;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.peatmesh.discovery.mdns.internal.wire.DnsName;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * What this node says of itself. Immutable.
 *
 * @param run a token of this run of the node: tells its own announcements, heard on another
 *     interface, from those of a second node with the same id
 * @param metadata what else stands in the text record
 */
public record Announcement(
    String nodeId, String formationId, int port, String run, Map<String, String> metadata) {
  /** Under this name nodes are found (RFC 6763, section 7). */
  public static final DnsName SERVICE = DnsName.of("_peat", "_udp", "local");

  /** How the hosts of nodes are called at the beginning. */
  public static final String HOST_PREFIX = "peat-";

  /** So many bytes of text fit into one packet beside the other records. */
  public static final int TEXT_BYTES_MAX = 1024;

  private static final int STRING_BYTES_MAX = 255;

  /**
   * What every DNS tool shows as it is. Shorter than a label may be, for a number is added when two
   * nodes want the same; without dots, for the responder would take them for the end of a label.
   */
  private static final Pattern FITS_AS_LABEL = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_-]{0,50}");

  public Announcement {
    metadata = Map.copyOf(new TreeMap<>(metadata));
  }

  /**
   * Refuses what cannot be said in a text record.
   *
   * @throws IllegalArgumentException says what is too long
   */
  public void check() {
    int total = 0;
    for (String string : strings()) {
      int bytes = string.getBytes(UTF_8).length;
      if (bytes > STRING_BYTES_MAX) {
        String key = string.substring(0, string.indexOf('='));
        throw new IllegalArgumentException(
            ("discovery(\"mdns\"): %s= takes %d bytes; a text in DNS has at most %d (RFC 1035)."
                    + " Make it shorter by %d.")
                .formatted(key, bytes, STRING_BYTES_MAX, bytes - STRING_BYTES_MAX));
      }
      total += 1 + bytes;
    }
    if (total > TEXT_BYTES_MAX) {
      throw new IllegalArgumentException(
          ("discovery(\"mdns\"): the text record takes %d bytes; %d are the most, so that one"
                  + " packet holds it. Announce less metadata.")
              .formatted(total, TEXT_BYTES_MAX));
    }
  }

  /** How the instance is called: the node id where it fits, else a digest of it. */
  public String instanceLabel() {
    return FITS_AS_LABEL.matcher(nodeId).matches()
        ? nodeId
        : HOST_PREFIX + digest(formationId + '\0' + nodeId);
  }

  /** The instance, unless a conflict made it change its name. */
  public DnsName instance() {
    return SERVICE.child(instanceLabel());
  }

  /**
   * How the host is called. Another name for each run: so two nodes of one name differ in their SRV
   * records, even behind one port, and one of them takes another instance name; two that announce
   * the same are no conflict (RFC 6762, section 9). Not the machine's own name, which its own
   * responder defends.
   */
  public String hostLabel() {
    return HOST_PREFIX + digest(formationId + '\0' + nodeId + '\0' + run);
  }

  /** The text record. */
  public List<String> strings() {
    List<String> strings = new ArrayList<>();
    strings.add(PeerText.NODE_ID + "=" + nodeId);
    strings.add(PeerText.PORT + "=" + port);
    strings.add(PeerText.FORMATION_ID + "=" + formationId);
    strings.add(PeerText.RUN + "=" + run);
    new TreeMap<>(metadata).forEach((key, value) -> strings.add(key + "=" + value));
    return strings;
  }

  private static String digest(String text) {
    try {
      byte[] hash = MessageDigest.getInstance("SHA-256").digest(text.getBytes(UTF_8));
      return HexFormat.of().formatHex(hash).substring(0, 12);
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java platform has SHA-256", e);
    }
  }
}
