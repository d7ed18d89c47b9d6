package dev.peatmesh.testkit.discovery;

import dev.peatmesh.discovery.DiscoveryContext;
import dev.peatmesh.discovery.DiscoveryEvent;
import dev.peatmesh.discovery.DiscoveryStrategy;
import dev.peatmesh.discovery.HybridDiscovery;
import dev.peatmesh.discovery.HybridSettings;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;

/** Two strategies that see one part of a board each are, as one, one that does all right. */
class HybridDiscoveryContractTest extends DiscoveryStrategyContract {
  /** Shorter than what the contract watches for. */
  private static final HybridSettings BRISK =
      HybridSettings.DEFAULT.withGrace(Duration.ofMillis(20));

  @Override
  protected DiscoverySource openSource(String formationId, Set<String> nodeIds) {
    AtomicReference<Board> itself = new AtomicReference<>();
    Board board =
        new Board(
            formationId,
            nodeIds,
            all ->
                HybridDiscovery.of(
                    BRISK,
                    List.of(part("odd", itself.get(), true), part("even", itself.get(), false))),
            Duration.ofSeconds(30));
    itself.set(board);
    return board;
  }

  private static DiscoveryStrategy part(String name, Board board, boolean odd) {
    return new Wrapped(new BoardDiscovery(board)) {
      @Override
      public String name() {
        return name;
      }

      @Override
      void relay(DiscoveryContext context, DiscoveryEvent event) {
        if (odd == (event.nodeId().hashCode() % 2 != 0)) {
          context.publish(event);
        }
      }
    };
  }
}
