package dev.peatmesh.discovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DiscoveryProvidersTest {
  @TempDir Path directory;

  @Test
  void staticIsFoundOnThePathAndMade() {
    DiscoveryProviders providers = DiscoveryProviders.load();

    assertThat(providers.names()).contains("static").isSorted();
    assertThat(providers.problems()).isEmpty();
    assertThat(providers.create("static", DiscoverySettings.of("peers", "pantry@a:1")))
        .isInstanceOf(StaticDiscovery.class);
  }

  @Test
  void unknownNameSaysWhatIsThereAndWhichArtifactIsMissing() {
    DiscoveryProviders providers =
        DiscoveryProviders.of(List.of(new Named("static"), new Other("mdns")));

    assertThatThrownBy(() -> providers.create("k8s", DiscoverySettings.none()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "discovery(\"k8s\"): no provider of that name is on the path. Found: [mdns, static]."
                + " Add the mesh-discovery-k8s artifact.");
    assertThatThrownBy(() -> providers.create("Static\n", DiscoverySettings.none()))
        .hasMessage(
            "discovery(\"Static\uFFFD\"): no provider of that name is on the path. Found: [mdns,"
                + " static]. Check the spelling, or add the artifact that provides it.");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "kubernetes|Write \"k8s\", and add the mesh-discovery-k8s artifact.",
        "bonjour|Write \"mdns\".",
        "hybrid|It needs no name: all strategies that are named are united.",
      })
  void anotherWordForTheSameIsUnderstood(String name, String advice) {
    DiscoveryProviders providers = DiscoveryProviders.of(List.of(new Named("mdns")));

    assertThatThrownBy(() -> providers.create(name, DiscoverySettings.none()))
        .hasMessage(
            "discovery(\"%s\"): no provider of that name is on the path. Found: [mdns]. %s"
                .formatted(name, advice));
  }

  @Test
  void settingsGrowOneByOne() {
    assertThat(DiscoverySettings.of("a", "1").with("b", "2").with("a", "3").values())
        .isEqualTo(Map.of("a", "3", "b", "2"));
  }

  @Test
  void orderOfNamesDoesNotDependOnTheOrderOfDiscovery() {
    assertThat(DiscoveryProviders.of(List.of(new Named("b"), new Other("a"))).names())
        .isEqualTo(DiscoveryProviders.of(List.of(new Other("a"), new Named("b"))).names())
        .containsExactly("a", "b");
  }

  @Test
  void providersThatCannotBeLoadedAreReportedAndStopNoOther() throws IOException {
    List<String> lines =
        List.of("no.such.Provider", Broken.class.getName(), OnPath.class.getName());
    Path services = Files.createDirectories(directory.resolve("META-INF/services"));
    Files.write(services.resolve(DiscoveryProvider.class.getName()), lines);
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    try (URLClassLoader loader =
        new URLClassLoader(new URL[] {directory.toUri().toURL()}, before)) {
      thread.setContextClassLoader(loader);
      DiscoveryProviders providers = DiscoveryProviders.load();

      assertThat(providers.names()).containsExactly("on-path", "static");
      assertThat(providers.problems())
          .hasSize(2)
          .anySatisfy(problem -> assertThat(problem).contains("no.such.Provider not found"))
          .anySatisfy(problem -> assertThat(problem).contains("Broken could not be instantiated"));
      assertThatThrownBy(() -> providers.create("mdns", DiscoverySettings.none()))
          .hasMessageContaining("Found: [on-path, static]. Add the mesh-discovery-mdns artifact.")
          .hasMessageContaining("Not loaded: ")
          .hasMessageContaining("no.such.Provider");
    } finally {
      thread.setContextClassLoader(before);
    }
  }

  @Test
  void providerWithoutAProperNameIsReported() {
    DiscoveryProviders providers =
        DiscoveryProviders.of(
            List.of(new Named("MDNS"), new Named(null), new Throwing(), new Named("fine")));

    assertThat(providers.names()).containsExactly("fine");
    assertThat(providers.problems())
        .containsExactly(
            "discovery provider("
                + Named.class.getName()
                + "): its name \"MDNS\" is none: a"
                + " lower-case letter, then up to 31 more, digits or '-'.",
            "discovery provider("
                + Named.class.getName()
                + "): its name \"null\" is none: a"
                + " lower-case letter, then up to 31 more, digits or '-'.",
            "discovery provider("
                + Throwing.class.getName()
                + "): its name() failed:"
                + " java.lang.IllegalStateException: out of order.");
  }

  @Test
  void oneNameOfTwoProvidersIsRefusedWhenAsked() {
    DiscoveryProviders providers =
        DiscoveryProviders.of(List.of(new Named("mdns"), new Other("mdns"), new Other("dns")));

    assertThat(providers.create("dns", DiscoverySettings.none())).isNotNull();
    assertThatThrownBy(() -> providers.create("mdns", DiscoverySettings.none()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "discovery(\"mdns\"): more than one provider bears that name: [%s, %s]. Remove one."
                .formatted(Named.class.getName(), Other.class.getName()));
  }

  @Test
  void oneProviderNamedTwiceIsOne() {
    DiscoveryProviders providers =
        DiscoveryProviders.of(List.of(new Named("mdns"), new Named("mdns")));

    assertThat(providers.create("mdns", DiscoverySettings.none())).isNotNull();
  }

  @Test
  void providerThatFailsToCreateIsNamed() {
    DiscoveryProviders providers = DiscoveryProviders.of(List.of(new Failing()));

    assertThatThrownBy(() -> providers.create("failing", DiscoverySettings.none()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "discovery(\"failing\"): its provider %s failed: java.lang.IllegalStateException: no"
                    .formatted(Failing.class.getName())
                + " luck. Check its artifact and version.")
        .hasCauseInstanceOf(IllegalStateException.class);
  }

  @Test
  void badSettingsOfStaticSayWhatToDo() {
    DiscoveryProviders providers = DiscoveryProviders.load();

    for (DiscoverySettings none :
        List.of(DiscoverySettings.none(), DiscoverySettings.of("peers", " "))) {
      assertThatThrownBy(() -> providers.create("static", none))
          .hasMessage(
              "discovery(\"static\"): no peer is named. Set \"peers\" to node_id@host:port or"
                  + " endpoint_id_hex@host:port, separated by commas.");
    }
    assertThatThrownBy(() -> providers.create("static", DiscoverySettings.of("peer", "pantry@a:1")))
        .hasMessage(
            "discovery(\"static\"): has no setting [peer]. Known: [peers]. Check the spelling.");
  }

  @Test
  void settingsShowTheirKeysAlone() {
    DiscoverySettings settings = new DiscoverySettings(Map.of("token", "hunter2", "empty", ""));

    assertThat(settings).hasToString("DiscoverySettings[token]");
    assertThat(settings.value("token")).contains("hunter2");
    assertThat(settings.value("empty")).isEmpty();
  }

  private static DiscoveryStrategy strategy() {
    return StaticDiscovery.parse("pantry@a:1");
  }

  private record Named(String name) implements DiscoveryProvider {
    @Override
    public DiscoveryStrategy create(DiscoverySettings settings) {
      return strategy();
    }
  }

  private record Other(String name) implements DiscoveryProvider {
    @Override
    public DiscoveryStrategy create(DiscoverySettings settings) {
      return strategy();
    }
  }

  private static final class Throwing implements DiscoveryProvider {
    @Override
    public String name() {
      throw new IllegalStateException("out of order");
    }

    @Override
    public DiscoveryStrategy create(DiscoverySettings settings) {
      return strategy();
    }
  }

  private static final class Failing implements DiscoveryProvider {
    @Override
    public String name() {
      return "failing";
    }

    @Override
    public DiscoveryStrategy create(DiscoverySettings settings) {
      throw new IllegalStateException("no luck");
    }
  }

  /** Its constructor fails. */
  public static final class Broken implements DiscoveryProvider {
    public Broken() {
      throw new IllegalStateException("broken");
    }

    @Override
    public String name() {
      return "broken";
    }

    @Override
    public DiscoveryStrategy create(DiscoverySettings settings) {
      return strategy();
    }
  }

  /** Named in a service file. */
  public static final class OnPath implements DiscoveryProvider {
    @Override
    public String name() {
      return "on-path";
    }

    @Override
    public DiscoveryStrategy create(DiscoverySettings settings) {
      return strategy();
    }
  }
}
