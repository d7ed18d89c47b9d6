package dev.peatmesh.discovery.k8s.internal.client;

import dev.peatmesh.discovery.k8s.internal.Problem;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Says each distinct problem once, until all is well again. Owned by one thread. */
final class StatusLog {
  private static final Logger LOG = LoggerFactory.getLogger(StatusLog.class);

  /** Kinds of problems, and one per slice for annotations; beyond it nothing new is said. */
  private static final int SAID_MAX = 256;

  private final Set<String> said = new HashSet<>();
  private final Set<String> noted = new HashSet<>();

  /** Discovery does not do what it should. */
  void degraded(Problem problem) {
    if (said.size() < SAID_MAX && said.add(problem.key())) {
      LOG.atWarn()
          .addKeyValue("cause", problem.cause())
          .addKeyValue("remedy", problem.remedy())
          .log("kubernetes discovery degraded; peers are kept, trying again");
    }
  }

  /** Discovery does what it should. */
  void ok() {
    if (!said.isEmpty()) {
      said.clear();
      LOG.atInfo().log("kubernetes discovery healed");
    }
  }

  /** Discovery works, and something about what it sees is amiss. */
  void note(List<Problem> problems) {
    Set<String> now = new HashSet<>();
    for (Problem problem : problems) {
      now.add(problem.key());
      if (noted.size() < SAID_MAX && noted.add(problem.key())) {
        LOG.atWarn()
            .addKeyValue("cause", problem.cause())
            .addKeyValue("remedy", problem.remedy())
            .log("kubernetes discovery leaves something out");
      }
    }
    noted.retainAll(now);
  }
}
