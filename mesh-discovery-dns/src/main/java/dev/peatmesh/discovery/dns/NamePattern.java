package dev.peatmesh.discovery.dns;

import dev.peatmesh.discovery.PeerAddress;
import dev.peatmesh.discovery.PeerInfo;
import dev.peatmesh.discovery.dns.internal.NamedHost;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * Reads {@code node_id@host:port}, {@code host:port}, where the first label of the host is the node
 * id, and either of them with {@code {0..4}} in it, which stands for one entry per number.
 */
final class NamePattern {
  /** The most names in all. */
  static final int NAMES_MAX = 64;

  private static final Pattern RANGE = Pattern.compile("\\{([0-9]{1,4})\\.\\.([0-9]{1,4})}");

  private NamePattern() {}

  /**
   * The names that an entry stands for.
   *
   * @throws IllegalArgumentException says what is wrong with it
   */
  static List<NamedHost> expand(String entry) {
    Matcher range = RANGE.matcher(entry);
    if (!range.find()) {
      return List.of(read(entry));
    }
    String text = range.group();
    int first = Integer.parseInt(range.group(1));
    int last = Integer.parseInt(range.group(2));
    if (last < first || last - first >= NAMES_MAX) {
      throw new IllegalArgumentException(
          text + " is no range of 1 to " + NAMES_MAX + " numbers, the smaller one first.");
    }
    return IntStream.rangeClosed(first, last)
        .mapToObj(number -> read(entry.replace(text, Integer.toString(number))))
        .toList();
  }

  private static NamedHost read(String entry) {
    if (entry.indexOf('{') >= 0) {
      throw new IllegalArgumentException(
          "has braces that are no range, or two ranges. Write one range such as {0..4}; it may"
              + " stand in several places.");
    }
    int at = entry.indexOf('@');
    PeerAddress address = PeerAddress.parse(entry.substring(at + 1));
    if (address.isLiteral()) {
      throw new IllegalArgumentException(
          "is an address, for which nobody asks the DNS. Use discovery \"static\".");
    }
    String host = address.host();
    String nodeId = at < 0 ? host.split("\\.", 2)[0] : entry.substring(0, at);
    return new NamedHost(PeerInfo.checkNodeId(nodeId), host, address.port());
  }
}
