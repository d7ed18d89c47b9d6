package dev.peatmesh.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PeatMeshNodeTest {
  @Test
  void asksForACommand() {
    Program.Run run = Program.run();

    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err())
        .isEqualToNormalizingNewlines(
            """
            peat-mesh-node: Missing command: demo, node or derive-id
            Try 'peat-mesh-node --help'.
            """);
  }

  @Test
  void suggestsTheCommandThatWasMeant() {
    Program.Run run = Program.run("nod");

    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).contains("Did you mean: peat-mesh-node node?");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "demo", "node", "derive-id"})
  void everyCommandHasHelpAndVersion(String command) {
    String[] help = command.isEmpty() ? new String[] {"--help"} : new String[] {command, "--help"};
    String[] version =
        command.isEmpty() ? new String[] {"--version"} : new String[] {command, "--version"};

    assertThat(Program.run(help).out()).startsWith("Usage: peat-mesh-node").contains("Exit codes:");
    assertThat(Program.run(help).exitCode()).isZero();
    assertThat(Program.run(version).out()).startsWith("peat-mesh-node ").contains("Java ");
  }

  @Test
  void refusesAnUnknownLogLevel() {
    Program.Run run = Program.run("node", "--log-level", "loud");

    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).contains("--log-level").contains("'loud'").contains("WARN");
  }

  @Test
  void listsEveryBadSettingOfANodeAtOnce() {
    Program.Run run =
        Program.run(
            Map.of(
                "PEAT_FORMATION_SECRET", "c2hvcnQ=",
                "PEAT_BIND_PORT", "70000",
                "PEAT_DISCOVERY", "carrier-pigeon,kubernetes,zeroconf",
                "PEAT_NODE_DISCOVERY_INTERVAL", "soon",
                "PEAT_STATIC_PEERS", "a@b",
                "PEAT_DATA_DIR", "pom.xml/data",
                "POD_NAME", "iroh:x",
                "PEAT_FORMATION_ID", "\u0007"),
            "node");

    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.out()).isEmpty();
    assertThat(run.err())
        .startsWith("peat-mesh-node: nothing was started: 9 settings cannot work:")
        .contains(
            "  - PEAT_FORMATION_SECRET: is too short",
            "  - PEAT_BIND_PORT(70000): is no port.",
            "  - PEAT_DISCOVERY: discovery(\"carrier-pigeon\"): no provider of that name",
            "  - PEAT_DISCOVERY: discovery(\"k8s\"): relist-interval(\"soon\"): is no time.",
            "  - PEAT_DISCOVERY: discovery(\"zeroconf\"): no provider of that name is on the path."
                + " Found: [dns, k8s, mdns, static]. Write \"mdns\".",
            "  - PEAT_STATIC_PEERS: static peers: 1 of 1 entries cannot be used.",
            "  - PEAT_DATA_DIR(pom.xml/data): cannot be written to: Not a directory.",
            "  - POD_NAME: node name(\"iroh:x\")",
            "  - PEAT_FORMATION_ID: formation id(")
        .doesNotContain("c2hvcnQ=");
  }
}
