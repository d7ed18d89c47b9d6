package dev.peatmesh.node;

import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.IFactory;

/** Hands the environment to the command that wants it. */
record CommandFactory(Map<String, String> environment) implements IFactory {
  CommandFactory {
    environment = Map.copyOf(environment);
  }

  @Override
  public <K> K create(Class<K> type) throws Exception {
    return type == NodeCommand.class
        ? type.cast(new NodeCommand(environment))
        : CommandLine.defaultFactory().create(type);
  }
}
