package dev.peatmesh.discovery.dns;

import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;

/** The settings by their keys, with the defaults that the documentation shows. */
enum Setting {
  SERVICE("service", "peat-mesh"),
  NAMESPACE("namespace", "that of the pod"),
  CLUSTER_DOMAIN("cluster-domain", "that of the pod"),
  PORT_NAME("port-name", "iroh-quic"),
  SRV("srv", "from the four above"),
  NAMES("names", "none"),
  SERVERS("servers", "those of the system"),
  REFRESH_MIN("refresh-min", "1s"),
  REFRESH_MAX("refresh-max", "30s"),
  TIMEOUT("timeout", "1s");

  private final String key;
  private final String defaultText;

  Setting(String key, String defaultText) {
    this.key = key;
    this.defaultText = defaultText;
  }

  String key() {
    return key;
  }

  String defaultText() {
    return defaultText;
  }

  static Set<String> keys() {
    return Arrays.stream(values()).map(Setting::key).collect(Collectors.toSet());
  }
}
