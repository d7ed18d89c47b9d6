package dev.peatmesh.sync.internal.latest;

import dev.peatmesh.sync.internal.guard.ActorId;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Who makes a change, and when.
 *
 * @param actor in whose name; two changes of one document in one name must never be concurrent
 * @param stamp of the node's {@link HybridClock}, taken for this change
 * @param nowSeconds the wall clock, in seconds since 1970: what a delete is dated with
 * @param expires until when the change keeps the document at least; null for no say in it
 */
public record Author(ActorId actor, long stamp, long nowSeconds, @Nullable Instant expires) {
  public Author {
    if (stamp < 0) {
      throw new IllegalArgumentException("a stamp is not negative, as is " + stamp);
    }
  }

  /** One who leaves the document's expiry as it is. */
  public Author(ActorId actor, long stamp, long nowSeconds) {
    this(actor, stamp, nowSeconds, null);
  }
}
