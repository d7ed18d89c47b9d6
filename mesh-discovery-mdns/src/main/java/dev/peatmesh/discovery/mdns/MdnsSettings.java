package dev.peatmesh.discovery.mdns;

import dev.peatmesh.discovery.DiscoverySettings;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * How mDNS discovery looks and announces. Immutable. As texts, the settings are called {@code
 * interfaces}, {@code ipv4}, {@code ipv6}, {@code expiry} and {@code metadata}.
 *
 * @param interfaces names or addresses of network interfaces, at most {@value #INTERFACES_MAX};
 *     empty means every one that is up and knows multicast, the loopback one only where there is no
 *     other
 * @param ipv4 whether to use IPv4
 * @param ipv6 whether to use IPv6
 * @param expiry within this time a peer that does not answer any more is lost; 10 seconds to an
 *     hour. Everyone is asked four times within it
 * @param metadata what else to announce; keys of 1 to 32 letters, digits, '-', '_' and '.', and all
 *     of it within one packet
 */
public record MdnsSettings(
    Set<String> interfaces,
    boolean ipv4,
    boolean ipv6,
    Duration expiry,
    Map<String, String> metadata) {
  /** The most interfaces. */
  public static final int INTERFACES_MAX = 16;

  private static final Duration EXPIRY_DEFAULT = Duration.ofSeconds(60);
  private static final Duration EXPIRY_MIN = Duration.ofSeconds(10);
  private static final Duration EXPIRY_MAX = Duration.ofHours(1);

  /** What the node says of itself anyhow. */
  private static final Set<String> TAKEN = Set.of("node_id", "port", "formation_id", "run");

  private static final Pattern KEY = Pattern.compile("[A-Za-z0-9._-]{1,32}");
  private static final Pattern INTERFACE = Pattern.compile("[^\\s,/\\p{Cntrl}]{1,64}");
  private static final Pattern SECONDS = Pattern.compile("[0-9]{1,6}");
  private static final Pattern WITH_UNIT = Pattern.compile("[0-9]{1,6}[smh]");

  static final Set<String> KEYS = Set.of("interfaces", "ipv4", "ipv6", "expiry", "metadata");

  public MdnsSettings {
    List<String> problems = new ArrayList<>();
    interfaces = checkedInterfaces(interfaces, problems);
    if (!ipv4 && !ipv6) {
      problems.add("ipv4(false), ipv6(false): one of them is needed.");
    }
    if (expiry.compareTo(EXPIRY_MIN) < 0 || expiry.compareTo(EXPIRY_MAX) > 0) {
      problems.add("expiry(%s): must be 10 seconds to an hour.".formatted(expiry));
    }
    metadata = Collections.unmodifiableMap(new TreeMap<>(metadata));
    metadata.forEach((key, value) -> checkMetadata(key, value, problems));
    if (!problems.isEmpty()) {
      throw bad(problems);
    }
  }

  /** Every default. */
  public static MdnsSettings defaults() {
    return new MdnsSettings(Set.of(), true, true, EXPIRY_DEFAULT, Map.of());
  }

  /**
   * The settings from texts: lists and pairs of {@code metadata} separated by commas, {@code
   * key=value}; times such as {@code 60s}, {@code 2m}, {@code PT1M}.
   *
   * @throws IllegalArgumentException lists every bad one
   */
  public static MdnsSettings of(DiscoverySettings texts) {
    texts.requireKnown(MdnsDiscovery.NAME, KEYS);
    List<String> problems = new ArrayList<>();
    MdnsSettings defaults = defaults();
    Set<String> interfaces = new TreeSet<>();
    texts.value("interfaces").ifPresent(list -> interfaces.addAll(entries(list)));
    boolean ipv4 =
        texts.value("ipv4").map(text -> bool("ipv4", text, problems)).orElse(defaults.ipv4);
    boolean ipv6 =
        texts.value("ipv6").map(text -> bool("ipv6", text, problems)).orElse(defaults.ipv6);
    Duration expiry =
        texts.value("expiry").map(text -> duration(text, problems)).orElse(defaults.expiry);
    Map<String, String> metadata = new TreeMap<>();
    texts.value("metadata").ifPresent(list -> pairs(list, metadata, problems));
    if (!problems.isEmpty()) {
      throw bad(problems);
    }
    return new MdnsSettings(interfaces, ipv4, ipv6, expiry, metadata);
  }

  /** These settings with other interfaces, by name or address. */
  public MdnsSettings withInterfaces(String... namesOrAddresses) {
    return new MdnsSettings(Set.of(namesOrAddresses), ipv4, ipv6, expiry, metadata);
  }

  /** These settings with IPv4 used or not. */
  public MdnsSettings withIpv4(boolean used) {
    return new MdnsSettings(interfaces, used, ipv6, expiry, metadata);
  }

  /** These settings with IPv6 used or not. */
  public MdnsSettings withIpv6(boolean used) {
    return new MdnsSettings(interfaces, ipv4, used, expiry, metadata);
  }

  /** These settings with another expiry. */
  public MdnsSettings withExpiry(Duration time) {
    return new MdnsSettings(interfaces, ipv4, ipv6, time, metadata);
  }

  /** These settings with other metadata. */
  public MdnsSettings withMetadata(Map<String, String> announced) {
    return new MdnsSettings(interfaces, ipv4, ipv6, expiry, announced);
  }

  private static Set<String> checkedInterfaces(Set<String> given, List<String> problems) {
    Set<String> checked = new TreeSet<>();
    for (String one : given) {
      if (!INTERFACE.matcher(one).matches()) {
        problems.add(
            "interfaces(%s): is neither the name of an interface nor an address."
                .formatted(printable(one)));
      }
      checked.add(canonicalAddress(one));
    }
    if (checked.size() > INTERFACES_MAX) {
      problems.add("interfaces(%d): at most %d.".formatted(checked.size(), INTERFACES_MAX));
    }
    return Collections.unmodifiableSet(checked);
  }

  /** An IPv6 address in the one spelling in which the JDK writes it. */
  private static String canonicalAddress(String nameOrAddress) {
    if (nameOrAddress.indexOf(':') < 0) {
      return nameOrAddress;
    }
    try {
      // In brackets it is a literal or an error: no name is looked up.
      String bare = nameOrAddress.replaceAll("[\\[\\]]", "").replaceAll("%.*", "");
      return InetAddress.getByName("[" + bare + "]").getHostAddress();
    } catch (UnknownHostException e) {
      return nameOrAddress; // Linux has interfaces such as eth0:1.
    }
  }

  private static void checkMetadata(String key, String value, List<String> problems) {
    if (!KEY.matcher(key).matches() || TAKEN.contains(key.toLowerCase(Locale.ROOT))) {
      problems.add(
          "metadata(%s): a key has 1 to 32 letters, digits, '-', '_' and '.', and is none of %s."
              .formatted(printable(key), new TreeSet<>(TAKEN)));
    }
    if (value.chars().anyMatch(Character::isISOControl)) {
      problems.add("metadata(%s): its value has control characters.".formatted(printable(key)));
    }
  }

  private static void pairs(String list, Map<String, String> pairs, List<String> problems) {
    for (String entry : entries(list)) {
      int equals = entry.indexOf('=');
      if (equals < 1) {
        problems.add("metadata(%s): must be key=value.".formatted(printable(entry)));
      } else {
        pairs.put(entry.substring(0, equals), entry.substring(equals + 1));
      }
    }
  }

  private static List<String> entries(String list) {
    List<String> entries = new ArrayList<>();
    for (String entry : list.split(",", -1)) {
      if (!entry.isBlank()) {
        entries.add(entry.strip());
      }
    }
    return entries;
  }

  private static boolean bool(String key, String text, List<String> problems) {
    if (!text.equals("true") && !text.equals("false")) {
      problems.add("%s(%s): must be true or false.".formatted(key, printable(text)));
    }
    return text.equals("true");
  }

  private static Duration duration(String text, List<String> problems) {
    try {
      if (SECONDS.matcher(text).matches()) {
        return Duration.ofSeconds(Long.parseLong(text));
      }
      if (WITH_UNIT.matcher(text).matches()) {
        return Duration.parse("PT" + text.toUpperCase(Locale.ROOT));
      }
      return Duration.parse(text);
    } catch (DateTimeParseException e) {
      problems.add(
          "expiry(%s): is no time. Write for example 60s, 2m or PT1M.".formatted(printable(text)));
      return EXPIRY_DEFAULT;
    }
  }

  private static String printable(String text) {
    String cut = text.length() > 80 ? text.substring(0, 80) + "..." : text;
    return "\"" + cut.replaceAll("\\p{Cntrl}", "\uFFFD") + "\"";
  }

  private static IllegalArgumentException bad(List<String> problems) {
    return new IllegalArgumentException("discovery(\"mdns\"): " + String.join("\n  ", problems));
  }
}
