package dev.peatmesh.testkit.matrix;

import dev.peatmesh.testkit.NetworkRules;
import dev.peatmesh.testkit.SimulatedMesh;
import dev.peatmesh.testkit.SimulatedNode;
import java.time.Duration;
import java.util.List;
import java.util.Random;

/** One row of the matrix: what goes wrong while all nodes write. */
enum Faults {
  PARTITION {
    @Override
    void strike(MatrixRun run) {
      run.mesh().partition(List.of(0, 1), List.of(2, 3, 4));
      run.writeFor(MINUTE);
    }
  },
  ONE_WAY {
    @Override
    void strike(MatrixRun run) {
      for (int deaf = 0; deaf < 2; deaf++) {
        for (int unheard = 2; unheard < MatrixRun.NODES; unheard++) {
          run.mesh().cut(unheard, deaf);
        }
      }
      run.writeFor(MINUTE);
    }
  },
  LOSS {
    @Override
    void strike(MatrixRun run) {
      run.mesh().rules(NetworkRules.LAN.withLoss(0.3));
      run.writeFor(MINUTE);
    }
  },
  JITTER {
    @Override
    void strike(MatrixRun run) {
      run.mesh().rules(NetworkRules.LAN.withJitter(Duration.ofMillis(500)));
      run.writeFor(MINUTE);
    }
  },
  DUPLICATION {
    @Override
    void strike(MatrixRun run) {
      run.mesh().rules(NetworkRules.LAN.withDuplicate(0.3));
      run.writeFor(MINUTE);
    }
  },
  REORDERING {
    @Override
    void strike(MatrixRun run) {
      run.mesh().rules(SPREAD.withReorder(0.3));
      run.writeFor(MINUTE);
    }
  },
  ROLLING_RESTART {
    @Override
    void strike(MatrixRun run) {
      for (SimulatedNode node : run.mesh().nodes()) {
        run.takeDown(node);
        run.writeFor(Duration.ofMillis(run.random().nextInt(8_000)));
        node.restart();
        run.writeFor(Duration.ofMillis(run.random().nextInt(4_000)));
      }
    }
  },
  CLOCK_JUMPS {
    @Override
    void strike(MatrixRun run) {
      for (int jump = 0; jump < JUMPS; jump++) {
        run.jumpSomeClock();
        run.writeFor(MINUTE.dividedBy(JUMPS));
      }
    }
  },
  /** Any of the above, several at a time, in any order. */
  ALL_AT_ONCE {
    @Override
    void strike(MatrixRun run) {
      for (int turn = 0; turn < TURNS; turn++) {
        befall(run, run.random());
        run.writeFor(Duration.ofMillis(run.random().nextInt(8_000)));
      }
    }
  };

  private static final Duration MINUTE = Duration.ofMinutes(1);
  private static final int JUMPS = 6;
  private static final int TURNS = 12;

  /** Without some spread packets are overtaken by microseconds only. */
  private static final NetworkRules SPREAD = NetworkRules.LAN.withJitter(Duration.ofMillis(20));

  /** Whether links must outlive the fault: what QUIC absorbs is no reason to dial again. */
  boolean absorbed() {
    return this == DUPLICATION || this == REORDERING || this == JITTER || this == CLOCK_JUMPS;
  }

  /** Does it to a running mesh; whoever runs it heals the mesh afterwards. */
  abstract void strike(MatrixRun run);

  private static void befall(MatrixRun run, Random random) {
    SimulatedMesh mesh = run.mesh();
    int number = random.nextInt(MatrixRun.NODES);
    switch (random.nextInt(8)) {
      case 0 -> mesh.partition(List.of(0, 1), List.of(2, 3, 4));
      case 1 -> mesh.partition(List.of(number));
      case 2 -> mesh.heal();
      case 3 ->
          mesh.cut(number, (number + 1 + random.nextInt(MatrixRun.NODES - 1)) % MatrixRun.NODES);
      case 4 ->
          mesh.rules(
              new NetworkRules(
                  random.nextInt(4) * 0.1,
                  Duration.ofMillis(1 + random.nextInt(50)),
                  Duration.ofMillis(random.nextInt(500)),
                  random.nextInt(4) * 0.1,
                  random.nextInt(4) * 0.1));
      case 5, 6 -> {
        if (mesh.node(number).isUp()) {
          run.takeDown(mesh.node(number));
        } else {
          mesh.node(number).restart();
        }
      }
      default -> run.jumpSomeClock();
    }
  }
}
