package dev.peatmesh.examples;

import dev.peatmesh.discovery.DiscoveryStrategy;
import dev.peatmesh.testkit.discovery.DiscoverySource;
import dev.peatmesh.testkit.discovery.DiscoveryStrategyContract;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.io.TempDir;

// region write-your-own
class FileDiscoveryTest extends DiscoveryStrategyContract {
  @TempDir Path folder;

  @Override
  protected DiscoverySource openSource(String formationId, Set<String> nodeIds) throws IOException {
    PeerFile file = new PeerFile(folder);
    for (String nodeId : nodeIds) {
      file.appear(nodeId);
    }
    file.write();
    return file;
  }

  /** The file, as the tests change it. */
  private static final class PeerFile implements DiscoverySource {
    private final Path file;
    private final Path away;
    private final Map<String, Integer> ports = new TreeMap<>();

    PeerFile(Path folder) {
      file = folder.resolve("peers");
      away = folder.resolve("away");
    }

    @Override
    public Set<Ability> abilities() {
      return Set.of(Ability.COME_AND_GO, Ability.CHANGE, Ability.FAIL);
    }

    @Override
    public DiscoveryStrategy newStrategy() {
      return new FileDiscovery(file, Duration.ofMillis(5));
    }

    @Override
    public Duration quiet() {
      return Duration.ofMillis(100);
    }

    @Override
    public void appear(String nodeId) throws IOException {
      ports.putIfAbsent(nodeId, 11204);
      write();
    }

    @Override
    public void change(String nodeId) throws IOException {
      ports.merge(nodeId, 1, Integer::sum);
      write();
    }

    @Override
    public void vanish(String nodeId) throws IOException {
      ports.remove(nodeId);
      write();
    }

    @Override
    public void fail() throws IOException {
      Files.createFile(away);
      Files.delete(file);
    }

    @Override
    public void heal() throws IOException {
      Files.delete(away);
      write();
    }

    @Override
    public void close() {}

    void write() throws IOException {
      if (Files.exists(away)) {
        return;
      }
      StringBuilder lines = new StringBuilder();
      ports.forEach((id, port) -> lines.append(id).append(" 127.0.0.1:").append(port).append('\n'));
      Path draft = Files.writeString(file.resolveSibling("draft"), lines);
      Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE);
    }
  }
}
// endregion
