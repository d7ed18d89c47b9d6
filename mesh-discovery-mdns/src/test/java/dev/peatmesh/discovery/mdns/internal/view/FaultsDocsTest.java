package dev.peatmesh.discovery.mdns.internal.view;

import static dev.peatmesh.discovery.mdns.internal.view.Bench.ETH0;
import static dev.peatmesh.discovery.mdns.internal.view.Bench.nic;
import static org.assertj.core.api.Assertions.assertThat;

import dev.peatmesh.discovery.mdns.internal.wire.MessageBytes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Every fault that is said stands in docs/discovery/mdns.md, and every one there is said. */
class FaultsDocsTest {
  private static final Pattern ROW = Pattern.compile("(?m)^\\| ([^|]+) \\| .+ \\|$");

  @Test
  void everyFaultHasItsRowAndEveryRowItsFault() throws IOException {
    String page = Files.readString(Path.of("../docs/discovery/mdns.md"));
    int start = page.indexOf("## When something is wrong\n");
    List<String> rows =
        ROW.matcher(page.substring(start, page.indexOf("\n## ", start)))
            .results()
            .map(row -> row.group(1))
            .filter(row -> !row.equals("what it says"))
            .toList();
    List<String> faults = faults();

    assertThat(faults).allSatisfy(fault -> assertThat(rows).anyMatch(row -> says(row, fault)));
    assertThat(rows).allSatisfy(row -> assertThat(faults).anyMatch(fault -> says(row, fault)));
    assertThat(rows).hasSameSizeAs(faults);
  }

  private static List<String> faults() {
    List<String> faults = new ArrayList<>();
    // The loop says it before the view is asked for the first time.
    faults.add("the network has not been looked at yet");
    faults.add(cause(new Bench(), bench -> bench.nics()));
    faults.add(cause(new Bench(), bench -> bench.nics(nic("lo", 1, "127.0.0.1"))));
    faults.add(cause(new Bench("eth7"), bench -> bench.nics(nic("eth0", 2, "10.0.0.1"))));
    faults.add(cause(new Bench(), FaultsDocsTest::seventeenInterfaces));
    faults.add(
        cause(
            new Bench(),
            bench -> {
              bench.deaf.add(ETH0);
              bench.nics(nic("eth0", 2, "10.0.0.1"));
              bench.pass(Duration.ofSeconds(20));
            }));
    faults.add(
        cause(
            new Bench(),
            bench -> {
              bench.broken.put(ETH0, "Address already in use (Bind failed)");
              bench.nics(nic("eth0", 2, "10.0.0.1"));
            }));
    faults.add(
        cause(
            Bench.withEth0(),
            bench -> {
              bench.show(ETH0, "a", "kitchen", "10.0.0.7", "run=1");
              bench.show(ETH0, "b", "kitchen", "10.0.0.8", "run=2");
              bench.pass(Bench.EXPIRY);
            }));
    faults.add(cause(Bench.withEth0(), FaultsDocsTest::tooMany));
    return faults;
  }

  private static void seventeenInterfaces(Bench bench) {
    Nic[] nics = new Nic[LinkChoice.LINKS_MAX + 1];
    Arrays.setAll(nics, i -> nic("eth" + i, 2 + i, "10.0." + i + ".1"));
    bench.nics(nics);
  }

  private static void tooMany(Bench bench) {
    for (int i = 0; i <= Sightings.PEERS_MAX; i++) {
      bench.hear(
          ETH0,
          MessageBytes.node(
              "n" + i, "h", 1, "10.0.0.9", 120, "node_id=n" + i, "formation_id=alpha"));
    }
  }

  private static String cause(Bench bench, Consumer<Bench> trouble) {
    trouble.accept(bench);
    assertThat(bench.remedy()).isNotBlank();
    return bench.cause();
  }

  /** Three dots stand for anything. */
  private static boolean says(String row, String fault) {
    return Pattern.matches(
        Arrays.stream(row.split("\\.\\.\\.", -1))
            .map(Pattern::quote)
            .collect(Collectors.joining(".*")),
        fault);
  }
}
