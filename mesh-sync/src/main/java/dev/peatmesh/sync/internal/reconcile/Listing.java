package dev.peatmesh.sync.internal.reconcile;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Names the documents of a range that the other side did not list, a few at a time. Holds where it
 * is and the tags of the other side that were not met yet.
 */
final class Listing implements Outstanding.Task {
  private final Partition partition;
  private final PositionRange range;
  private final TagSet theirs;
  private @Nullable DocumentEntry last;
  private boolean done;

  /** The other side has exactly these documents in the range. */
  Listing(Partition partition, PositionRange range, Tags theirs) {
    this.partition = partition;
    this.range = range;
    this.theirs = new TagSet(theirs);
  }

  @Override
  public Partition partition() {
    return partition;
  }

  @Override
  public PositionRange range() {
    return range;
  }

  boolean isDone() {
    return done;
  }

  /**
   * The next offers that fit; null when nothing differs, or not even one fits.
   *
   * @param alone at least one offer is made, however long it is
   */
  RangeMessage.@Nullable Mismatch next(
      DocumentIndex index, RangeTags tags, int bytesMax, boolean alone) {
    List<Offer> offers = new ArrayList<>();
    int bytes = range.encodedBytes() + RangeMessage.Mismatch.REST_BYTES_MAX;
    for (DocumentEntry each = following(index); each != null; each = following(index)) {
      if (!theirs.remove(tags.of(each))) {
        Offer offer = new Offer(each.key(), each.facts().heads());
        bytes += offer.encodedBytes();
        boolean fits = bytes <= bytesMax && offers.size() < RangeMessage.Mismatch.OFFERS_MAX;
        if (!fits && !(alone && offers.isEmpty())) {
          return offers.isEmpty() ? null : new RangeMessage.Mismatch(range, offers, Tags.NONE);
        }
        offers.add(offer);
      }
      last = each;
    }
    if (!alone && bytes > bytesMax) {
      return null;
    }
    done = true;
    Tags wanted = theirs.ascending();
    boolean nothing = offers.isEmpty() && wanted.size() == 0;
    return nothing ? null : new RangeMessage.Mismatch(range, offers, wanted);
  }

  private @Nullable DocumentEntry following(DocumentIndex index) {
    DocumentEntry before = last;
    return before == null ? index.first(partition, range) : index.next(partition, range, before);
  }
}
