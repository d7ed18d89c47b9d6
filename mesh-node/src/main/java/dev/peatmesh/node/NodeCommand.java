package dev.peatmesh.node;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.peatmesh.node.console.Console;
import dev.peatmesh.node.settings.CompactionFlags;
import dev.peatmesh.node.settings.DiscoveryFlags;
import dev.peatmesh.node.settings.LocalMachine;
import dev.peatmesh.node.settings.NodeFlags;
import dev.peatmesh.node.settings.NodeSettings;
import dev.peatmesh.node.settings.SettingsReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Runs one node until it is told to end. */
@Command(
    name = "node",
    description =
        "Runs one node until it is told to end. A flag beats its variable; an empty variable counts"
            + " as unset.",
    footer = {
      "",
      "Example, in two terminals:",
      "  openssl rand -base64 32 > secret",
      "  peat-mesh-node node --name a --secret-file secret --bind-port 7001 --console",
      "  peat-mesh-node node --name b --secret-file secret --bind-port 7002 \\",
      "      --peer a@127.0.0.1:7001 --console"
    })
final class NodeCommand implements Callable<Integer> {
  private static final Logger LOG = LoggerFactory.getLogger(NodeCommand.class);

  @Option(
      names = "--name",
      paramLabel = "NAME",
      description = "Unique name in the formation [POD_NAME, HOSTNAME; peat-mesh-0].")
  private @Nullable String name;

  @Option(
      names = "--formation",
      paramLabel = "ID",
      description = "The formation it belongs to [PEAT_FORMATION_ID; default].")
  private @Nullable String formation;

  @Option(
      names = "--secret-file",
      paramLabel = "FILE",
      description =
          "The formation's secret in base64 [PEAT_FORMATION_SECRET holds the secret itself].")
  private @Nullable String secretFile;

  @Option(
      names = "--peer",
      paramLabel = "NAME@HOST:PORT",
      description =
          "A peer to dial, or ENDPOINT_ID@HOST:PORT; may be repeated"
              + " [PEAT_STATIC_PEERS, comma separated].")
  private List<String> peers = List.of();

  @Option(
      names = {"--discovery", "--discovery-mode"},
      paramLabel = "NAMES",
      description =
          "How peers are found: none, or any of k8s, dns, mdns and static, with commas"
              + " [PEAT_DISCOVERY, PEAT_NODE_DISCOVERY_MODE; none].")
  private @Nullable String discovery;

  @Option(
      names = "--discovery-namespace",
      paramLabel = "NAMESPACE",
      description =
          "k8s, dns: the namespace of the peers [PEAT_NODE_DISCOVERY_NAMESPACE; this pod's].")
  private @Nullable String discoveryNamespace;

  @Option(
      names = "--discovery-label-selector",
      paramLabel = "SELECTOR",
      description =
          "k8s: which EndpointSlices show peers"
              + " [PEAT_NODE_DISCOVERY_LABEL_SELECTOR; app=peat-mesh].")
  private @Nullable String discoveryLabelSelector;

  @Option(
      names = "--discovery-annotation-prefix",
      paramLabel = "PREFIX",
      description =
          "k8s: annotations that begin so are metadata"
              + " [PEAT_NODE_DISCOVERY_ANNOTATION_PREFIX; peat.].")
  private @Nullable String discoveryAnnotationPrefix;

  @Option(
      names = "--discovery-interval",
      paramLabel = "TIME",
      description =
          "k8s: time between two lists, beside the watch, such as 30s"
              + " [PEAT_NODE_DISCOVERY_INTERVAL; 30s].")
  private @Nullable String discoveryInterval;

  @Option(
      names = "--discovery-setting",
      paramLabel = "STRATEGY.KEY=VALUE",
      description =
          "Any other setting, such as dns.service=peat-mesh; may be repeated"
              + " [PEAT_DISCOVERY_SETTINGS, separated by semicolons].")
  private List<String> discoverySettings = List.of();

  @Option(
      names = "--bind-host",
      paramLabel = "IP",
      description = "Local address for links [PEAT_BIND_HOST; 0.0.0.0].")
  private @Nullable String bindHost;

  @Option(
      names = "--bind-port",
      paramLabel = "PORT",
      description = "UDP port for links, 0 for any [PEAT_IROH_BIND_PORT, PEAT_BIND_PORT; 11204].")
  private @Nullable String bindPort;

  @Option(
      names = "--data-dir",
      paramLabel = "DIR",
      description = "Where documents are kept [PEAT_DATA_DIR; in memory].")
  private @Nullable String dataDirectory;

  @Option(
      names = "--compaction",
      paramLabel = "true|false",
      description = "Whether space is given back by itself [PEAT_COMPACTION_ENABLED; false].")
  private @Nullable String compaction;

  @Option(
      names = "--compaction-interval-secs",
      paramLabel = "SECONDS",
      description = "How often, at least 10 [PEAT_COMPACTION_INTERVAL_SECS; 300].")
  private @Nullable String compactionInterval;

  @Option(
      names = "--compaction-threshold-bytes",
      paramLabel = "BYTES",
      description =
          "How many bytes of single changes a document may have before they are packed"
              + " [PEAT_COMPACTION_THRESHOLD_BYTES; 65536].")
  private @Nullable String compactionThreshold;

  @Option(
      names = "--compaction-collections",
      paramLabel = "NAMES",
      description =
          "Which collections, with commas [PEAT_COMPACTION_COLLECTIONS; empty: all of them].")
  private @Nullable String compactionCollections;

  @Option(
      names = "--watch",
      paramLabel = "COLLECTION",
      description = "Logs each change of a document in it; may be repeated.")
  private List<String> watched = List.of();

  @Option(
      names = "--console",
      description =
          "Answers commands on stdin with JSON on stdout; ends with its input. Type help.")
  private boolean console;

  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private CommandSpec spec;

  private final Map<String, String> environment;

  NodeCommand(Map<String, String> environment) {
    this.environment = Map.copyOf(environment);
  }

  @Override
  public Integer call() throws IOException {
    NodeFlags flags =
        new NodeFlags(
            name,
            formation,
            secretFile,
            peers,
            new DiscoveryFlags(
                discovery,
                discoveryNamespace,
                discoveryLabelSelector,
                discoveryAnnotationPrefix,
                discoveryInterval,
                discoverySettings),
            bindHost,
            bindPort,
            dataDirectory,
            new CompactionFlags(
                compaction, compactionInterval, compactionThreshold, compactionCollections));
    NodeSettings settings = SettingsReader.read(flags, environment, new LocalMachine());
    settings
        .warnings()
        .forEach(warning -> LOG.atWarn().addKeyValue("what", warning).log("setting"));
    PrintWriter out = spec.commandLine().getOut();
    try (RunningNode node = start(settings)) {
      out.println(node.introduction(settings, console));
      if (console) {
        new Console(node.mesh(), new InputStreamReader(System.in, UTF_8), out).run();
      } else {
        node.awaitSignal();
      }
    }
    return CommandLine.ExitCode.OK;
  }

  private RunningNode start(NodeSettings settings) {
    try {
      return RunningNode.start(settings, watched);
    } finally {
      settings.secret().destroy();
    }
  }
}
