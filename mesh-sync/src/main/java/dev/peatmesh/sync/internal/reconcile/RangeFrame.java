package dev.peatmesh.sync.internal.reconcile;

import java.util.List;
import java.util.Optional;

/** What two nodes send to each other to find out in which documents they differ. */
public sealed interface RangeFrame {
  /** The salt of the exchange that it belongs to. */
  long salt();

  /** Bytes on the wire. */
  int encodedBytes();

  /**
   * "These are my partitions." One page of them, with which an exchange begins. On the wire {@code
   * type:u8 salt:u64 flags:u8 after? (partition tag:32)*}, where flag 1 is {@code last} and flag 2
   * says that {@code after} is there.
   *
   * @param after the last partition of the page before this; absent on the first page
   * @param partitions ascending, all beyond {@code after}
   * @param last no page follows
   */
  record Partitions(
      long salt, Optional<Partition> after, List<PartitionSummary> partitions, boolean last)
      implements RangeFrame {
    public Partitions {
      partitions = List.copyOf(partitions);
      Partition before = after.orElse(null);
      for (PartitionSummary each : partitions) {
        if (before != null && each.partition().compareTo(before) <= 0) {
          throw new RangeViolation("partitions: are not in ascending order");
        }
        before = each.partition();
      }
      if (partitions.isEmpty() && !last) {
        throw new RangeViolation("partitions: an empty page that is not the last");
      }
    }

    @Override
    public int encodedBytes() {
      return 1
          + Long.BYTES
          + 1
          + after.map(Partition::encodedBytes).orElse(0)
          + partitions.stream().mapToInt(PartitionSummary::encodedBytes).sum();
    }
  }

  /** One partition that is not empty, and the tag of all its documents. */
  record PartitionSummary(Partition partition, int tag) {
    /** Bytes on the wire. */
    public int encodedBytes() {
      return partition.encodedBytes() + Salt.TAG_BYTES;
    }
  }

  /**
   * Messages on ranges of one partition. On the wire {@code type:u8 salt:u64 partition message*}.
   */
  record Ranges(long salt, Partition partition, List<RangeMessage> messages) implements RangeFrame {
    public Ranges {
      messages = List.copyOf(messages);
    }

    @Override
    public int encodedBytes() {
      return headBytes(partition) + messages.stream().mapToInt(RangeMessage::encodedBytes).sum();
    }

    static int headBytes(Partition partition) {
      return 1 + Long.BYTES + partition.encodedBytes();
    }
  }
}
