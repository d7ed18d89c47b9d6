package dev.peatmesh.sync.internal.engine;

import dev.peatmesh.sync.DocumentKey;
import dev.peatmesh.sync.internal.reconcile.Offer;
import dev.peatmesh.sync.internal.reconcile.Partition;
import dev.peatmesh.sync.internal.reconcile.PositionRange;
import dev.peatmesh.sync.internal.reconcile.RangeFrame;
import dev.peatmesh.sync.internal.reconcile.RangeFrame.PartitionSummary;
import dev.peatmesh.sync.internal.reconcile.RangeFrame.Partitions;
import dev.peatmesh.sync.internal.reconcile.RangeFrame.Ranges;
import dev.peatmesh.sync.internal.reconcile.RangeMessage;
import dev.peatmesh.sync.internal.reconcile.RangeMessage.Items;
import dev.peatmesh.sync.internal.reconcile.RangeMessage.Mismatch;
import dev.peatmesh.sync.internal.reconcile.RangeMessage.Split;
import dev.peatmesh.sync.internal.reconcile.Tags;
import java.nio.charset.CharacterCodingException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The frames of set reconciliation to bytes and back.
 *
 * <pre>
 * partitions 0x4e salt:u64 flags:u8 partition? (partition tag:u32)*   1: last, 2: after is there
 * ranges     0x4f salt:u64 partition message*
 * partition  length:u8 collection bucket:i32
 * message    cutBits:u8 range filled tag:u32*                         filled: u8, u16 for 4 bits
 *          | 0x10 range count:u8 tag:u32*
 *          | 0x20 range count:u16 (length:u8 id hashes)* count:u8 tag:u32*
 * range      bits:u8 prefix                                           as many bytes as needed
 * </pre>
 */
final class RangeFrameCodec {
  static final byte PARTITIONS = 0x4e;
  static final byte RANGES = 0x4f;

  private static final int LAST = 1;
  private static final int AFTER = 2;
  private static final int ITEMS = 0x10;
  private static final int MISMATCH = 0x20;

  /** The cut whose parts need two bytes to name. */
  private static final int CUT_BITS_WIDE = 4;

  private RangeFrameCodec() {}

  static void encode(RangeFrame frame, FrameWriter out) {
    if (frame instanceof Partitions page) {
      int flags = (page.last() ? LAST : 0) | (page.after().isPresent() ? AFTER : 0);
      out.u8(PARTITIONS).u64(page.salt()).u8(flags);
      page.after().ifPresent(after -> partition(after, out));
      for (PartitionSummary each : page.partitions()) {
        partition(each.partition(), out);
        out.u32(each.tag());
      }
    } else if (frame instanceof Ranges ranges) {
      out.u8(RANGES).u64(ranges.salt());
      partition(ranges.partition(), out);
      ranges.messages().forEach(each -> message(each, out));
    } else {
      throw new AssertionError("unhandled " + frame);
    }
  }

  private static void message(RangeMessage message, FrameWriter out) {
    if (message instanceof Split split) {
      out.u8(split.cutBits());
      range(split.range(), out);
      if (split.cutBits() == CUT_BITS_WIDE) {
        out.u16(split.filled());
      } else {
        out.u8(split.filled());
      }
      tags(split.tags(), out);
    } else if (message instanceof Items items) {
      out.u8(ITEMS);
      range(items.range(), out);
      tags(items.tags(), out.u8(items.tags().size()));
    } else if (message instanceof Mismatch mismatch) {
      out.u8(MISMATCH);
      range(mismatch.range(), out);
      out.u16(mismatch.offers().size());
      mismatch.offers().forEach(each -> out.name(each.key().id()).hashes(each.heads()));
      tags(mismatch.wanted(), out.u8(mismatch.wanted().size()));
    } else {
      throw new AssertionError("unhandled " + message);
    }
  }

  private static void partition(Partition partition, FrameWriter out) {
    out.name(partition.collection()).u32(partition.bucket());
  }

  private static void range(PositionRange range, FrameWriter out) {
    out.u8(range.prefixBits());
    for (int bits = 0; bits < range.prefixBits(); bits += Byte.SIZE) {
      out.u8((int) (range.first() >>> (Long.SIZE - Byte.SIZE - bits)));
    }
  }

  private static void tags(Tags tags, FrameWriter out) {
    for (int i = 0; i < tags.size(); i++) {
      out.u32(tags.at(i));
    }
  }

  static RangeFrame decode(byte type, FrameReader in) throws CharacterCodingException {
    long salt = in.i64();
    if (type == PARTITIONS) {
      int flags = in.u8();
      if ((flags & ~(LAST | AFTER)) != 0) {
        throw new IllegalArgumentException("partitions: unknown flags " + flags);
      }
      Optional<Partition> after =
          (flags & AFTER) == 0 ? Optional.empty() : Optional.of(partition(in));
      List<PartitionSummary> partitions = new ArrayList<>();
      while (in.hasMore()) {
        partitions.add(new PartitionSummary(partition(in), in.i32()));
      }
      return new Partitions(salt, after, partitions, (flags & LAST) != 0);
    }
    Partition partition = partition(in);
    List<RangeMessage> messages = new ArrayList<>();
    while (in.hasMore()) {
      messages.add(message(partition, in));
    }
    return new Ranges(salt, partition, messages);
  }

  private static RangeMessage message(Partition partition, FrameReader in)
      throws CharacterCodingException {
    int kind = in.u8();
    PositionRange range = range(in);
    if (kind == ITEMS) {
      return new Items(range, tags(in, in.u8()));
    }
    if (kind == MISMATCH) {
      int count = in.u16();
      List<Offer> offers = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        offers.add(new Offer(new DocumentKey(partition.collection(), in.name()), in.hashes()));
      }
      return new Mismatch(range, offers, tags(in, in.u8()));
    }
    int filled = kind == CUT_BITS_WIDE ? in.u16() : in.u8();
    return new Split(range, kind, filled, tags(in, Integer.bitCount(filled)));
  }

  private static Partition partition(FrameReader in) throws CharacterCodingException {
    return new Partition(in.collection(), in.i32());
  }

  private static PositionRange range(FrameReader in) {
    int bits = in.u8();
    if (bits > Long.SIZE) {
      throw new IllegalArgumentException("a range with a prefix of " + bits + " bits");
    }
    long first = 0;
    for (int read = 0; read < bits; read += Byte.SIZE) {
      first |= (long) in.u8() << (Long.SIZE - Byte.SIZE - read);
    }
    return new PositionRange(first, bits);
  }

  /** At most 255 of them, so the count may size memory. */
  private static Tags tags(FrameReader in, int count) {
    int[] tags = new int[count];
    for (int i = 0; i < count; i++) {
      tags[i] = in.i32();
    }
    return Tags.of(tags);
  }
}
