package dev.peatmesh.sync.internal.reconcile;

import dev.peatmesh.sync.internal.reconcile.RangeFrame.PartitionSummary;
import dev.peatmesh.sync.internal.reconcile.RangeFrame.Partitions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The pages with which an exchange begins: written by the side that leads, read by the other. Holds
 * how far they have come, so that each partition is told and compared once.
 */
final class PartitionPages {
  private final DocumentIndex index;
  private final Scope scope;
  private final long salt;
  private final RangeTags tags;
  private @Nullable Partition last;
  private boolean done;

  PartitionPages(DocumentIndex index, Scope scope, long salt, RangeTags tags) {
    this.index = index;
    this.scope = scope;
    this.salt = salt;
    this.tags = tags;
  }

  /** Whether the last page is written or read. */
  boolean isDone() {
    return done;
  }

  /** Writes the next page. */
  Partitions next(int bytesMax) {
    Optional<Partition> after = Optional.ofNullable(last);
    List<PartitionSummary> summaries = new ArrayList<>();
    int bytes = new Partitions(salt, after, List.of(), true).encodedBytes();
    for (Partition each = following(); each != null; each = following()) {
      PartitionSummary summary = new PartitionSummary(each, tags.of(each, PositionRange.ALL));
      bytes += summary.encodedBytes();
      if (bytes > bytesMax) {
        return new Partitions(salt, after, summaries, false);
      }
      summaries.add(summary);
      last = each;
    }
    done = true;
    return new Partitions(salt, after, summaries, true);
  }

  /**
   * Reads a page: what it tells otherwise than it is here, and what it leaves out, is to answer.
   */
  void compare(Partitions page, Outstanding outstanding) {
    if (done || !page.after().equals(Optional.ofNullable(last))) {
      throw new RangeViolation("partitions: a page that does not follow the one before");
    }
    for (PartitionSummary theirs : page.partitions()) {
      listUpTo(theirs.partition(), outstanding);
      last = theirs.partition();
      if (scope.covers(last) && !tags.agrees(last, PositionRange.ALL, theirs.tag())) {
        outstanding.add(new Outstanding.Compare(last, PositionRange.ALL));
      }
    }
    if (page.last()) {
      listUpTo(null, outstanding);
      done = true;
    }
  }

  /** Offers all of our partitions before the given one: the other side has nothing in them. */
  private void listUpTo(@Nullable Partition end, Outstanding outstanding) {
    for (Partition ours = following();
        ours != null && (end == null || ours.compareTo(end) < 0);
        ours = following()) {
      outstanding.add(new Listing(ours, PositionRange.ALL, Tags.NONE));
      last = ours;
    }
  }

  private @Nullable Partition following() {
    return index.partitionAfter(last, scope);
  }
}
