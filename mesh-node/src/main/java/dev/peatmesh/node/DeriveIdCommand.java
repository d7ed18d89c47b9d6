package dev.peatmesh.node;

import dev.peatmesh.crypto.DevicePublicKey;
import dev.peatmesh.crypto.Formation;
import dev.peatmesh.crypto.NodeIdentity;
import dev.peatmesh.node.json.Json;
import dev.peatmesh.node.settings.FormationSecret;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Prints who a node will be, before it runs: the same on any machine. */
@Command(
    name = "derive-id",
    description = "Prints the ids of a node: the same secret and name give the same ids anywhere.")
final class DeriveIdCommand implements Callable<Integer> {
  /** Identities depend on secret and name alone; any formation id would do. */
  private static final String ANY_FORMATION = "derive-id";

  @Option(
      names = "--secret-file",
      required = true,
      paramLabel = "FILE",
      description = "The formation secret in base64; at least 16 bytes once decoded.")
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private Path secretFile;

  @Option(
      names = "--name",
      required = true,
      paramLabel = "NAME",
      description = "The name of the node.")
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private String name;

  @Option(names = "--json", description = "One JSON object instead of text.")
  private boolean json;

  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private CommandSpec spec;

  @Override
  public Integer call() {
    Map<String, String> ids = ids();
    if (json) {
      spec.commandLine().getOut().println(Json.write(ids));
    } else {
      ids.forEach((key, id) -> spec.commandLine().getOut().println("%-17s  %s".formatted(key, id)));
    }
    return CommandLine.ExitCode.OK;
  }

  private Map<String, String> ids() {
    try {
      NodeIdentity.checkName(name);
      FormationSecret secret = FormationSecret.read("--secret-file", secretFile);
      byte[] bytes = secret.bytes();
      Formation formation = Formation.of(ANY_FORMATION, bytes);
      NodeIdentity identity = formation.identity(name);
      try {
        return ids(identity);
      } finally {
        identity.destroy();
        formation.destroy();
        secret.destroy();
        Arrays.fill(bytes, (byte) 0);
      }
    } catch (IllegalArgumentException bad) {
      throw new ParameterException(spec.commandLine(), String.valueOf(bad.getMessage()), bad);
    }
  }

  private static Map<String, String> ids(NodeIdentity identity) {
    Map<String, String> ids = new LinkedHashMap<>();
    ids.put("name", identity.nodeName());
    ids.put("device_id", identity.deviceId().hex());
    ids.put("device_public_key", DevicePublicKey.of(identity.deviceKey().publicKey()).hex());
    ids.put("endpoint_id", identity.endpointId().hex());
    return ids;
  }
}
