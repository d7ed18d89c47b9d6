package dev.peatmesh.sync.internal.reconcile;

import dev.peatmesh.sync.DocumentKey;
import dev.peatmesh.sync.internal.reconcile.RangeFrame.Partitions;
import dev.peatmesh.sync.internal.reconcile.RangeFrame.Ranges;
import dev.peatmesh.sync.internal.reconcile.RangeMessage.Items;
import dev.peatmesh.sync.internal.reconcile.RangeMessage.Mismatch;
import dev.peatmesh.sync.internal.reconcile.RangeMessage.Split;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Finds out with one peer in which documents the two differ, by range-based set reconciliation
 * (Meyer 2023). Belongs to the document loop; no I/O.
 *
 * <p>The side that leads tells the tags of its partitions. Whoever is told a tag of a range that is
 * another one here cuts the range in parts and tells their tags; a range of few documents is listed
 * by the tags of the documents; and what was not listed is offered by name. Equal ranges are not
 * answered, so the exchange ends by itself. An answer needs nothing but the message and the index
 * as it is then: documents may change in the midst of an exchange. What that hides, and what one
 * tag of 2^31 hides, the next exchange finds.
 *
 * <p>Received ranges wait for room on the link, at most {@value #OUTSTANDING_MAX}; beyond it they
 * are dropped, and {@link #incomplete} says that another exchange is needed.
 */
public final class Reconciliation {
  /** The most ranges of a peer that wait for their answers, 120 to 250 bytes each. */
  public static final int OUTSTANDING_MAX = 32_768;

  /** The fewest bytes a frame must be allowed to have: names and a split fit in. */
  public static final int FRAME_BYTES_MIN = 1_024;

  /** The most documents of a range that are looked through for tags that are wanted. */
  private static final int LOOK_THROUGH_MAX = 4 * RangeMessage.ITEMS_MAX;

  /** How many answers an exchange may take besides what documents and partitions account for. */
  private static final int ANSWERS_FLOOR = 4_096;

  /** The longest split: 16 tags below a prefix of 60 bits. */
  private static final int SPLIT_BYTES_MAX = 1 + 9 + 2 + 16 * Salt.TAG_BYTES;

  private final DocumentIndex index;
  private final boolean leads;
  private final int outstandingMax;
  private Scope scope = Scope.ALL;
  private long salt;
  private RangeTags tags;
  private Outstanding outstanding;
  private @Nullable PartitionPages pages;
  private long answersLeft;

  /**
   * Nothing is compared yet.
   *
   * @param leads whether this side begins exchanges; of two peers one does
   */
  public Reconciliation(DocumentIndex index, boolean leads) {
    this(index, leads, OUTSTANDING_MAX);
  }

  Reconciliation(DocumentIndex index, boolean leads, int outstandingMax) {
    this.index = index;
    this.leads = leads;
    this.outstandingMax = outstandingMax;
    tags = new RangeTags(index, new Salt(salt));
    outstanding = new Outstanding(outstandingMax);
  }

  /**
   * Begins an exchange. What is left of the one before is dropped.
   *
   * @param salt unpredictable for the peer and others, and different each time
   */
  public void begin(long salt, Scope scope) {
    if (!leads) {
      throw new IllegalStateException("begin: the other side leads");
    }
    restart(salt, scope);
  }

  /**
   * Takes in a frame. Call {@link #next} afterwards: there may be answers.
   *
   * @param scope what is compared, when the frame begins an exchange; else that of its beginning
   * @return the documents that have to be asked for or sent
   * @throws RangeViolation when no correct peer sends that
   */
  public List<Difference> handle(RangeFrame frame, Scope scope) {
    if (frame instanceof Partitions page) {
      begun(page, scope);
      return List.of();
    }
    if (frame instanceof Ranges ranges) {
      return pages != null && ranges.salt() == salt ? take(ranges) : List.of();
    }
    throw new AssertionError("unhandled " + frame);
  }

  /**
   * The next frame to send, of at most that many bytes unless a single offer has more; null when
   * there is nothing to say.
   */
  public @Nullable RangeFrame next(int bytesMax) {
    if (bytesMax < FRAME_BYTES_MIN) {
      throw new IllegalArgumentException(
          "bytesMax(" + bytesMax + "): below " + FRAME_BYTES_MIN + ", where no answer fits");
    }
    PartitionPages told = pages;
    if (leads && told != null && !told.isDone()) {
      return told.next(bytesMax);
    }
    for (Outstanding.Task first = outstanding.first(); first != null; first = outstanding.first()) {
      List<RangeMessage> answers = answers(first.partition(), bytesMax);
      if (!answers.isEmpty()) {
        return new Ranges(salt, first.partition(), answers);
      }
    }
    return null;
  }

  /** Whether there is nothing to send. The other side may still have something to say. */
  public boolean isIdle() {
    boolean telling = leads && pages != null && !pages.isDone();
    return !telling && outstanding.isEmpty();
  }

  /** Whether there was too much to do in this exchange, so that another one has to follow. */
  public boolean incomplete() {
    return outstanding.overflowed();
  }

  /** How many ranges wait for their answers. */
  public int outstanding() {
    return outstanding.size();
  }

  private void restart(long salt, Scope scope) {
    this.salt = salt;
    this.scope = scope;
    tags = new RangeTags(index, new Salt(salt));
    pages = new PartitionPages(index, scope, salt, tags);
    outstanding = new Outstanding(outstandingMax);
    answersLeft = ANSWERS_FLOOR + 4L * index.size();
  }

  private void begun(Partitions page, Scope scope) {
    if (leads) {
      throw new RangeViolation("partitions: come from the side that does not lead");
    }
    if (page.after().isEmpty()) {
      restart(page.salt(), scope);
    }
    PartitionPages expected = pages;
    if (expected != null && page.salt() == salt) {
      answersLeft += page.partitions().size();
      expected.compare(page, outstanding);
    }
  }

  private List<Difference> take(Ranges ranges) {
    Partition partition = ranges.partition();
    if (!scope.covers(partition)) {
      return List.of();
    }
    if (answersLeft < 0) {
      throw new RangeViolation("ranges: asks for more than all documents come to");
    }
    List<Difference> differences = new ArrayList<>();
    for (RangeMessage each : ranges.messages()) {
      if (each instanceof Split split) {
        compare(partition, split);
      } else if (each instanceof Items items) {
        list(partition, items.range(), items.tags());
      } else if (each instanceof Mismatch mismatch) {
        collect(partition, mismatch, differences);
      } else {
        throw new AssertionError("unhandled " + each);
      }
    }
    return differences;
  }

  private void compare(Partition partition, Split split) {
    if (index.sum(partition, split.range()).count() == 0) {
      outstanding.add(new Outstanding.Compare(partition, split.range()));
      return;
    }
    int filled = 0;
    for (int i = 0; i < 1 << split.cutBits(); i++) {
      PositionRange part = split.range().part(i, split.cutBits());
      if ((split.filled() >>> i & 1) == 0) {
        if (index.sum(partition, part).count() > 0) {
          list(partition, part, Tags.NONE);
        }
      } else if (!tags.agrees(partition, part, split.tags().at(filled++))) {
        outstanding.add(new Outstanding.Compare(partition, part));
      }
    }
  }

  private void collect(Partition partition, Mismatch mismatch, List<Difference> differences) {
    Set<DocumentKey> offered = new HashSet<>();
    for (Offer offer : mismatch.offers()) {
      if (!offer.key().collection().equals(partition.collection())
          || !mismatch.range().contains(Position.of(offer.key()))) {
        throw new RangeViolation("offer: a document outside of the range");
      }
      offered.add(offer.key());
      differences.add(new Difference.Offered(offer.key(), offer.heads()));
    }
    if (mismatch.wanted().size() == 0
        || index.sum(partition, mismatch.range()).count() > LOOK_THROUGH_MAX) {
      return;
    }
    TagSet wanted = new TagSet(mismatch.wanted());
    for (DocumentEntry each = index.first(partition, mismatch.range());
        each != null;
        each = index.next(partition, mismatch.range(), each)) {
      if (wanted.remove(tags.of(each)) && !offered.contains(each.key())) {
        differences.add(new Difference.Lacking(each.key()));
      }
    }
  }

  private void list(Partition partition, PositionRange range, Tags theirs) {
    outstanding.add(new Listing(partition, range, theirs));
  }

  /** Answers to the ranges of the partition that come first, as many as fit. */
  private List<RangeMessage> answers(Partition partition, int bytesMax) {
    List<RangeMessage> answers = new ArrayList<>();
    int left = bytesMax - Ranges.headBytes(partition);
    for (Outstanding.Task task = outstanding.first();
        task != null && task.partition().equals(partition) && left >= SPLIT_BYTES_MAX;
        task = outstanding.first()) {
      RangeMessage answer =
          task instanceof Listing listing
              ? listing.next(index, tags, left, answers.isEmpty())
              : tags.describe(partition, task.range());
      boolean done = !(task instanceof Listing listing) || listing.isDone();
      if (answer != null) {
        answers.add(answer);
        left -= answer.encodedBytes();
        answersLeft -= answer instanceof Mismatch mismatch ? 1 + mismatch.offers().size() : 1;
      }
      if (!done) {
        break; // The rest of it did not fit.
      }
      outstanding.removeFirst();
    }
    return answers;
  }
}
