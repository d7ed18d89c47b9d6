package dev.peatmesh.sync.internal.reconcile;

import java.util.List;

/** What one node says of its documents within a range of a partition. */
public sealed interface RangeMessage {
  /** The most documents that are listed by their tags. */
  int ITEMS_MAX = 12;

  /** The range. */
  PositionRange range();

  /** Bytes on the wire. */
  int encodedBytes();

  /**
   * "Cut in 2^cutBits equal parts, my documents come to these tags." On the wire {@code cutBits:u8
   * range filled tag:32*}, where {@code filled} has a bit for each part: 1 byte, or 2 for 16 parts.
   *
   * @param filled bit i says that part i holds a document
   * @param tags one for each part that holds a document, in their order
   */
  record Split(PositionRange range, int cutBits, int filled, Tags tags) implements RangeMessage {
    public Split {
      if (cutBits < 1
          || cutBits > PositionRange.CUT_BITS_MAX
          || range.prefixBits() + cutBits > Long.SIZE) {
        throw new RangeViolation("cutBits(" + cutBits + "): not 1 to 4, or beyond bit 64");
      }
      if (filled >>> (1 << cutBits) != 0 || Integer.bitCount(filled) != tags.size()) {
        throw new RangeViolation("split: tags and filled parts do not match");
      }
    }

    @Override
    public int encodedBytes() {
      int filledBytes = cutBits == PositionRange.CUT_BITS_MAX ? 2 : 1;
      return 1 + range.encodedBytes() + filledBytes + tags.encodedBytes();
    }
  }

  /**
   * "These are my documents." On the wire {@code 0x10:u8 range count:u8 tag:32*}.
   *
   * @param tags ascending as unsigned numbers; none when there is no document
   */
  record Items(PositionRange range, Tags tags) implements RangeMessage {
    public Items {
      if (tags.size() > ITEMS_MAX || !tags.isAscending()) {
        throw new RangeViolation("items: more than " + ITEMS_MAX + ", or not ascending");
      }
    }

    @Override
    public int encodedBytes() {
      return 1 + range.encodedBytes() + 1 + tags.encodedBytes();
    }
  }

  /**
   * "You did not list these documents of mine, and I have none with those tags of yours." On the
   * wire {@code 0x20:u8 range count:u16 (id hashes)* count:u8 tag:32*}.
   *
   * @param offers documents of the range as they stand here
   * @param wanted tags of the other side's items, ascending as unsigned numbers
   */
  record Mismatch(PositionRange range, List<Offer> offers, Tags wanted) implements RangeMessage {
    /** The most offers in one message. */
    static final int OFFERS_MAX = 0xffff;

    /** Bytes besides the range and the offers, when as much is wanted as can be. */
    static final int REST_BYTES_MAX = 4 + ITEMS_MAX * Salt.TAG_BYTES;

    public Mismatch {
      offers = List.copyOf(offers);
      if (offers.size() > OFFERS_MAX) {
        throw new RangeViolation("offers(" + offers.size() + "): more than " + OFFERS_MAX);
      }
      if (wanted.size() > ITEMS_MAX || !wanted.isAscending()) {
        throw new RangeViolation("wanted: more than " + ITEMS_MAX + ", or not ascending");
      }
    }

    @Override
    public int encodedBytes() {
      return 1
          + range.encodedBytes()
          + 2
          + offers.stream().mapToInt(Offer::encodedBytes).sum()
          + 1
          + wanted.encodedBytes();
    }
  }
}
