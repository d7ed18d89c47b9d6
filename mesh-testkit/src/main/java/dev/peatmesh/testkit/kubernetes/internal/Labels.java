package dev.peatmesh.testkit.kubernetes.internal;

import java.util.regex.Pattern;

/**
 * What names, labels and their values may look like.
 *
 * @see <a href="https://kubernetes.io/docs/concepts/overview/working-with-objects/names/">Object
 *     names</a>
 */
final class Labels {
  private static final int NAME_MAX = 63;
  private static final int SUBDOMAIN_MAX = 253;
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?");
  private static final Pattern DNS_LABEL = Pattern.compile("[a-z0-9]([a-z0-9-]*[a-z0-9])?");
  private static final Pattern DNS_SUBDOMAIN =
      Pattern.compile("[a-z0-9]([a-z0-9-]*[a-z0-9])?(\\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*");

  private Labels() {}

  /** {@code prefix/name} or {@code name}. */
  static boolean isKey(String key) {
    int slash = key.indexOf('/');
    String name = key.substring(slash + 1);
    return (slash < 0 || isDnsSubdomain(key.substring(0, slash)))
        && name.length() <= NAME_MAX
        && NAME.matcher(name).matches();
  }

  static boolean isValue(String value) {
    return value.isEmpty() || (value.length() <= NAME_MAX && NAME.matcher(value).matches());
  }

  static boolean isDnsLabel(String name) {
    return name.length() <= NAME_MAX && DNS_LABEL.matcher(name).matches();
  }

  static boolean isDnsSubdomain(String name) {
    return name.length() <= SUBDOMAIN_MAX && DNS_SUBDOMAIN.matcher(name).matches();
  }
}
