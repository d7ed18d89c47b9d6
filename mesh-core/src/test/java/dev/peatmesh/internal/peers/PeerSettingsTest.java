package dev.peatmesh.internal.peers;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URL;
import java.net.URLClassLoader;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PeerSettingsTest {
  /** Once, PeerSettings had no limits wherever Limits was used before it. */
  @ParameterizedTest
  @ValueSource(strings = {"", "$Limits", "$Timing"})
  void defaultsAreWholeWhicheverTypeIsUsedFirst(String first) throws Exception {
    String name = PeerSettings.class.getName();
    URL classes = PeerSettings.class.getProtectionDomain().getCodeSource().getLocation();
    try (URLClassLoader fresh = new URLClassLoader(new URL[] {classes}, null)) {
      for (String nested : List.of(first, "", "$Limits", "$Timing")) {
        Class.forName(name + nested, true, fresh);
      }
      Class<?> settings = fresh.loadClass(name);
      Object defaults = settings.getField("DEFAULT").get(null);
      assertThat(settings.getMethod("limits").invoke(defaults)).isNotNull();
      assertThat(settings.getMethod("timing").invoke(defaults)).isNotNull();
    }
  }
}
