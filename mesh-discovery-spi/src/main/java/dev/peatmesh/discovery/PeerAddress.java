package dev.peatmesh.discovery;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Where a peer may be reached: a host name or IP literal, and a UDP port. Immutable.
 *
 * <p>A host name stays a name: it is resolved anew at every dial, for addresses change while names
 * stay. Nothing here asks the DNS.
 *
 * @param host a DNS name of at most 253 characters, an IPv4 literal or an IPv6 literal (brackets
 *     are dropped, a zone such as {@code %eth0} stays); in lower case
 * @param port 1 to 65535
 */
public record PeerAddress(String host, int port) {
  /** The longest host: a DNS name in text form (RFC 1035, section 2.3.4). */
  public static final int HOST_CHARS_MAX = 253;

  /** RFC 1123, section 2.1; underscores too, which container networks put into names. */
  private static final Pattern LABEL = Pattern.compile("[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?");

  private static final Pattern IPV6 = Pattern.compile("[0-9a-f:.]{2,45}");
  private static final Pattern ZONE = Pattern.compile("[A-Za-z0-9_.-]{1,32}");

  /** No leading zeros: some resolvers take them for octal numbers. */
  private static final Pattern OCTET =
      Pattern.compile("0|[1-9][0-9]?|1[0-9][0-9]|2[0-4][0-9]|25[0-5]");

  private static final Pattern PORT = Pattern.compile("[0-9]{1,5}");

  public PeerAddress {
    host = canonicalHost(host);
    checkPort(port);
  }

  /** Reads {@code host:port}; an IPv6 literal stands in brackets, {@code [::1]:11204}. */
  public static PeerAddress parse(String text) {
    int colon = text.lastIndexOf(':');
    boolean bracketed = text.startsWith("[");
    if (colon < 0 || (bracketed && text.charAt(colon - 1) != ']')) {
      throw new IllegalArgumentException(
          "address(" + Text.quoted(text) + "): has no port. Write host:port.");
    }
    String host = text.substring(0, colon);
    if (!bracketed && host.indexOf(':') >= 0) {
      throw new IllegalArgumentException(
          "address("
              + Text.quoted(text)
              + "): an IPv6 address needs brackets. Write [address]:port.");
    }
    String port = text.substring(colon + 1);
    if (!PORT.matcher(port).matches()) {
      throw new IllegalArgumentException(
          "port(" + Text.quoted(port) + "): is not a number from 1 to 65535.");
    }
    return new PeerAddress(host, Integer.parseInt(port));
  }

  /** Whether the host is an IP address, for which nobody asks the DNS. */
  public boolean isLiteral() {
    return host.indexOf(':') >= 0 || isNumeric(lastLabel(host));
  }

  /** {@code host:port}, an IPv6 literal in brackets. {@link #parse} reads it. */
  @Override
  public String toString() {
    return host.indexOf(':') >= 0 ? "[" + host + "]:" + port : host + ":" + port;
  }

  private static String canonicalHost(String host) {
    boolean bracketed = host.startsWith("[") && host.endsWith("]");
    String bare = bracketed ? host.substring(1, host.length() - 1) : host;
    if (bare.isEmpty() || bare.length() > HOST_CHARS_MAX) {
      throw badHost(host, "has " + bare.length() + " characters; 1 to 253 are allowed");
    }
    if (bare.indexOf(':') >= 0) {
      return canonicalIpv6(host, bare);
    }
    if (bracketed) {
      throw badHost(host, "is not an IPv6 address");
    }
    String lower = bare.toLowerCase(Locale.ROOT);
    // One dot at the end says that the name is complete (RFC 1034, section 3.1).
    String name = lower.endsWith(".") ? lower.substring(0, lower.length() - 1) : lower;
    if (isNumeric(lastLabel(name))) {
      checkIpv4(host, lower);
    } else {
      checkName(host, name);
    }
    return lower;
  }

  private static String canonicalIpv6(String host, String bare) {
    int percent = bare.indexOf('%');
    String address = (percent < 0 ? bare : bare.substring(0, percent)).toLowerCase(Locale.ROOT);
    String zone = percent < 0 ? "" : bare.substring(percent);
    boolean zoneFits = zone.isEmpty() || ZONE.matcher(zone.substring(1)).matches();
    if (!zoneFits || !IPV6.matcher(address).matches()) {
      throw badHost(host, "is not an IPv6 address");
    }
    try {
      // In brackets it is a literal or an error: no name is looked up.
      if (InetAddress.getAllByName("[" + address + "]")[0].isAnyLocalAddress()) {
        throw badHost(host, "means every address; a peer has one of its own");
      }
    } catch (UnknownHostException e) {
      throw badHost(host, "is not an IPv6 address");
    }
    return address + zone;
  }

  private static void checkIpv4(String host, String lower) {
    String[] octets = lower.split("\\.", -1);
    boolean fits = octets.length == 4;
    for (String octet : octets) {
      fits &= OCTET.matcher(octet).matches();
    }
    if (!fits) {
      throw badHost(host, "is not an IP address, and no host name ends in a number");
    }
    if (lower.equals("0.0.0.0")) {
      throw badHost(host, "means every address; a peer has one of its own");
    }
  }

  private static void checkName(String host, String name) {
    for (String label : name.split("\\.", -1)) {
      if (!LABEL.matcher(label).matches()) {
        throw badHost(host, "is neither a host name nor an IP address");
      }
    }
  }

  private static void checkPort(int port) {
    if (port < 1 || port > 65_535) {
      throw new IllegalArgumentException("port(" + port + "): is not a number from 1 to 65535.");
    }
  }

  private static String lastLabel(String host) {
    return host.substring(host.lastIndexOf('.') + 1);
  }

  private static boolean isNumeric(String label) {
    return !label.isEmpty() && label.chars().allMatch(c -> c >= '0' && c <= '9');
  }

  private static IllegalArgumentException badHost(String host, String problem) {
    return new IllegalArgumentException("host(" + Text.quoted(host) + "): " + problem + ".");
  }
}
