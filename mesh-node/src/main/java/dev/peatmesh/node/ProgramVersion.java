package dev.peatmesh.node;

import java.util.Objects;
import picocli.CommandLine.IVersionProvider;

/** What {@code --version} prints: the program, and what it runs on. */
final class ProgramVersion implements IVersionProvider {
  @Override
  public String[] getVersion() {
    String version = PeatMeshNode.class.getPackage().getImplementationVersion();
    return new String[] {
      "peat-mesh-node " + Objects.requireNonNullElse(version, "(not packaged)"),
      "Java %s, %s %s"
          .formatted(
              Runtime.version(), System.getProperty("os.name"), System.getProperty("os.arch"))
    };
  }
}
