package dev.peatmesh.sync.internal.reconcile;

import dev.peatmesh.sync.internal.reconcile.RangeMessage.Items;
import dev.peatmesh.sync.internal.reconcile.RangeMessage.Split;
import java.util.Arrays;

/** What this node says of its ranges in one exchange: tags under the salt of the exchange. */
final class RangeTags {
  /**
   * Parts are cut so that they hold half of this to this many documents. Cutting once more costs
   * two tags and the names of the halves; it saves listing half of the documents.
   */
  private static final int PART_TARGET = 8;

  private final DocumentIndex index;
  private final Salt salt;

  RangeTags(DocumentIndex index, Salt salt) {
    this.index = index;
    this.salt = salt;
  }

  int of(DocumentEntry entry) {
    return salt.tag(entry.digest());
  }

  int of(Partition partition, PositionRange range) {
    return salt.tag(index.sum(partition, range).fingerprint());
  }

  /** Whether the other side's documents in the range, which has some, are the same as ours. */
  boolean agrees(Partition partition, PositionRange range, int theirs) {
    RangeSum ours = index.sum(partition, range);
    return ours.count() > 0 && salt.tag(ours.fingerprint()) == theirs;
  }

  /** Our documents of the range: listed if they are few, else cut in parts. */
  RangeMessage describe(Partition partition, PositionRange range) {
    int count = index.sum(partition, range).count();
    if (count <= RangeMessage.ITEMS_MAX || range.prefixBits() == Long.SIZE) {
      return items(partition, range);
    }
    int cutBits = Integer.SIZE - Integer.numberOfLeadingZeros((count - 1) / PART_TARGET);
    return split(
        partition,
        range,
        Math.min(
            Math.max(1, cutBits),
            Math.min(PositionRange.CUT_BITS_MAX, Long.SIZE - range.prefixBits())));
  }

  private Items items(Partition partition, PositionRange range) {
    TagSet tags = new TagSet(Tags.NONE);
    DocumentEntry each = index.first(partition, range);
    // More than this share a position only by a miracle. Then the rest is offered to us, or by us.
    for (int i = 0; i < RangeMessage.ITEMS_MAX && each != null; i++) {
      tags.add(of(each));
      each = index.next(partition, range, each);
    }
    return new Items(range, tags.ascending());
  }

  private Split split(Partition partition, PositionRange range, int cutBits) {
    int[] tags = new int[1 << cutBits];
    int filled = 0;
    int used = 0;
    for (int i = 0; i < tags.length; i++) {
      RangeSum sum = index.sum(partition, range.part(i, cutBits));
      if (sum.count() > 0) {
        filled |= 1 << i;
        tags[used++] = salt.tag(sum.fingerprint());
      }
    }
    return new Split(range, cutBits, filled, Tags.of(Arrays.copyOf(tags, used)));
  }
}
