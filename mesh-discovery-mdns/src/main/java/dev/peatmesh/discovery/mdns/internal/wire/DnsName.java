package dev.peatmesh.discovery.mdns.internal.wire;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.List;

/**
 * A DNS name as its labels. Immutable. A label of a service instance may hold dots, blanks and any
 * other character (RFC 6763, section 4.1.1), so a name is never one string with dots in it.
 *
 * <p>Names that differ in the case of ASCII letters are equal (RFC 6762, section 16): every name is
 * kept in lower case.
 *
 * @param labels each of 1 to {@value #LABEL_BYTES_MAX} bytes of UTF-8
 */
public record DnsName(List<String> labels) {
  /** The longest label (RFC 1035, section 2.3.4). */
  public static final int LABEL_BYTES_MAX = 63;

  /** The longest name, with the length byte of each label (RFC 1035, section 2.3.4). */
  public static final int BYTES_MAX = 255;

  public DnsName {
    List<String> lower = new ArrayList<>(labels.size());
    int bytes = 1;
    for (String label : labels) {
      int length = label.getBytes(UTF_8).length;
      if (length == 0 || length > LABEL_BYTES_MAX) {
        throw new IllegalArgumentException(
            "label(%d bytes): has 1 to %d.".formatted(length, LABEL_BYTES_MAX));
      }
      bytes += 1 + length;
      lower.add(lowerAscii(label));
    }
    if (bytes > BYTES_MAX) {
      throw new IllegalArgumentException(
          "name(%d bytes): has at most %d.".formatted(bytes, BYTES_MAX));
    }
    labels = List.copyOf(lower);
  }

  /** The name with these labels. */
  public static DnsName of(String... labels) {
    return new DnsName(List.of(labels));
  }

  /** This name below a label. */
  public DnsName child(String label) {
    List<String> all = new ArrayList<>(labels.size() + 1);
    all.add(label);
    all.addAll(labels);
    return new DnsName(all);
  }

  /** Whether this is exactly one label below the parent. */
  public boolean isChildOf(DnsName parent) {
    return labels.size() == parent.labels.size() + 1
        && labels.subList(1, labels.size()).equals(parent.labels);
  }

  /** The first label, in lower case; the root has none. */
  public String first() {
    return labels.isEmpty() ? "" : labels.get(0);
  }

  /** For messages: what cannot be printed is replaced. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    for (String label : labels) {
      label
          .codePoints()
          .forEach(c -> text.appendCodePoint(Character.isISOControl(c) ? '\uFFFD' : c));
      text.append('.');
    }
    return text.toString();
  }

  // Letters beyond ASCII keep their case: DNS compares them byte by byte.
  private static String lowerAscii(String label) {
    StringBuilder lower = new StringBuilder(label.length());
    for (int i = 0; i < label.length(); i++) {
      char c = label.charAt(i);
      lower.append(c >= 'A' && c <= 'Z' ? (char) (c + ('a' - 'A')) : c);
    }
    return lower.toString();
  }
}
