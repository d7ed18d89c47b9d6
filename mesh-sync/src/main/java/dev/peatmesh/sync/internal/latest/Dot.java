package dev.peatmesh.sync.internal.latest;

import dev.peatmesh.sync.internal.guard.ActorId;

/**
 * Names one change of one document.
 *
 * @param actor who made it
 * @param counter the actor's changes of this document, ascending, from 1 on, not without gaps
 */
public record Dot(ActorId actor, long counter) {
  public Dot {
    if (counter < 1) {
      throw new IllegalArgumentException("a dot's counter begins at 1, not at " + counter);
    }
  }
}
