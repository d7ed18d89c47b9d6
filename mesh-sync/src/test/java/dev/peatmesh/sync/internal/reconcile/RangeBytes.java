package dev.peatmesh.sync.internal.reconcile;

import dev.peatmesh.sync.DocumentKey;
import dev.peatmesh.sync.internal.guard.ChangeHash;
import dev.peatmesh.sync.internal.reconcile.RangeFrame.PartitionSummary;
import dev.peatmesh.sync.internal.reconcile.RangeFrame.Partitions;
import dev.peatmesh.sync.internal.reconcile.RangeFrame.Ranges;
import dev.peatmesh.sync.internal.reconcile.RangeMessage.Items;
import dev.peatmesh.sync.internal.reconcile.RangeMessage.Mismatch;
import dev.peatmesh.sync.internal.reconcile.RangeMessage.Split;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Frames as bytes, as the records describe it, so that tests count what is really sent. */
final class RangeBytes {
  private RangeBytes() {}

  static ByteBuffer encode(RangeFrame frame) {
    ByteBuffer out = ByteBuffer.allocate(frame.encodedBytes());
    if (frame instanceof Partitions page) {
      out.put((byte) 0).putLong(page.salt());
      out.put((byte) ((page.last() ? 1 : 0) | (page.after().isPresent() ? 2 : 0)));
      page.after().ifPresent(after -> partition(out, after));
      for (PartitionSummary each : page.partitions()) {
        partition(out, each.partition());
        out.putInt(each.tag());
      }
    } else if (frame instanceof Ranges ranges) {
      out.put((byte) 1).putLong(ranges.salt());
      partition(out, ranges.partition());
      ranges.messages().forEach(message -> message(out, message));
    } else {
      throw new AssertionError("unhandled " + frame);
    }
    return out.flip();
  }

  static RangeFrame decode(ByteBuffer in) {
    boolean page = in.get() == 0;
    long salt = in.getLong();
    if (!page) {
      Partition partition = partition(in);
      List<RangeMessage> messages = new ArrayList<>();
      while (in.hasRemaining()) {
        messages.add(message(in, partition));
      }
      return new Ranges(salt, partition, messages);
    }
    int flags = in.get();
    Optional<Partition> after = (flags & 2) == 0 ? Optional.empty() : Optional.of(partition(in));
    List<PartitionSummary> summaries = new ArrayList<>();
    while (in.hasRemaining()) {
      summaries.add(new PartitionSummary(partition(in), in.getInt()));
    }
    return new Partitions(salt, after, summaries, (flags & 1) != 0);
  }

  private static void message(ByteBuffer out, RangeMessage message) {
    if (message instanceof Split split) {
      out.put((byte) split.cutBits());
      range(out, split.range());
      if (split.cutBits() == PositionRange.CUT_BITS_MAX) {
        out.putShort((short) split.filled());
      } else {
        out.put((byte) split.filled());
      }
      tags(out, split.tags());
    } else if (message instanceof Items items) {
      out.put((byte) 0x10);
      range(out, items.range());
      out.put((byte) items.tags().size());
      tags(out, items.tags());
    } else if (message instanceof Mismatch mismatch) {
      out.put((byte) 0x20);
      range(out, mismatch.range());
      out.putShort((short) mismatch.offers().size());
      mismatch.offers().forEach(offer -> offer(out, offer));
      out.put((byte) mismatch.wanted().size());
      tags(out, mismatch.wanted());
    } else {
      throw new AssertionError("unhandled " + message);
    }
  }

  private static RangeMessage message(ByteBuffer in, Partition partition) {
    int kind = in.get();
    PositionRange range = range(in);
    if (kind == 0x10) {
      return new Items(range, tags(in, in.get()));
    }
    if (kind == 0x20) {
      int count = in.getShort() & 0xffff;
      List<Offer> offers = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        offers.add(offer(in, partition));
      }
      return new Mismatch(range, offers, tags(in, in.get()));
    }
    int filled = kind == PositionRange.CUT_BITS_MAX ? in.getShort() & 0xffff : in.get() & 0xff;
    return new Split(range, kind, filled, tags(in, Integer.bitCount(filled)));
  }

  private static void partition(ByteBuffer out, Partition partition) {
    name(out, partition.collection());
    out.putInt(partition.bucket());
  }

  private static Partition partition(ByteBuffer in) {
    return new Partition(name(in), in.getInt());
  }

  private static void range(ByteBuffer out, PositionRange range) {
    out.put((byte) range.prefixBits());
    for (int bit = 0; bit < range.prefixBits(); bit += 8) {
      out.put((byte) (range.first() >>> (56 - bit)));
    }
  }

  private static PositionRange range(ByteBuffer in) {
    int bits = in.get() & 0xff;
    long first = 0;
    for (int bit = 0; bit < bits; bit += 8) {
      first |= (in.get() & 0xffL) << (56 - bit);
    }
    return new PositionRange(first, bits);
  }

  private static void offer(ByteBuffer out, Offer offer) {
    name(out, offer.key().id());
    out.putShort((short) offer.heads().size());
    offer.heads().forEach(head -> head.write(out));
  }

  private static Offer offer(ByteBuffer in, Partition partition) {
    DocumentKey key = new DocumentKey(partition.collection(), name(in));
    int count = in.getShort() & 0xffff;
    List<ChangeHash> heads = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      heads.add(ChangeHash.read(in));
    }
    return new Offer(key, heads);
  }

  private static void tags(ByteBuffer out, Tags tags) {
    for (int i = 0; i < tags.size(); i++) {
      out.putInt(tags.at(i));
    }
  }

  private static Tags tags(ByteBuffer in, int count) {
    int[] tags = new int[count];
    for (int i = 0; i < count; i++) {
      tags[i] = in.getInt();
    }
    return Tags.of(tags);
  }

  private static void name(ByteBuffer out, String name) {
    byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
    out.put((byte) bytes.length).put(bytes);
  }

  private static String name(ByteBuffer in) {
    byte[] bytes = new byte[in.get() & 0xff];
    in.get(bytes);
    return new String(bytes, StandardCharsets.UTF_8);
  }
}
