package dev.peatmesh.sync.internal.feed;

import dev.peatmesh.sync.FeedEvent;
import dev.peatmesh.sync.Filter;
import dev.peatmesh.sync.Subscription;
import dev.peatmesh.sync.internal.query.DocumentSource;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/**
 * The change feed of one node: numbers events, keeps the newest, wakes who listens.
 *
 * <p>A change must be readable from the moment its number is reserved. When a disk hangs, and more
 * events wait for a local one than the journal would keep, they are dropped and all listeners get a
 * snapshot, which shows the changes themselves.
 *
 * <p>Belongs to the document loop, but {@link #subscribe} and subscriptions themselves may be used
 * on any thread. It never waits for a listener; of each it holds a place in the journal and one
 * batch.
 */
public final class Feed {
  private final FeedJournal journal;
  private final TellingOrder order;
  private final Executor loop;
  private final Executor callbacks;
  private final List<FeedSubscriber> subscribers = new CopyOnWriteArrayList<>();

  /**
   * A feed that goes on from the journal.
   *
   * @param loop the document loop
   * @param callbacks where listeners are called
   */
  public Feed(FeedJournal journal, Executor loop, Executor callbacks) {
    this.journal = journal;
    this.loop = loop;
    this.callbacks = callbacks;
    order = new TellingOrder(journal.lastReserved());
  }

  /**
   * The number for the next event. It must be followed by {@link #tell} or {@link #abandon}, for
   * events are told in the order of their numbers.
   */
  public long reserve() {
    return order.reserve();
  }

  /** The change that the entry stands for is visible to readers. */
  public void tell(JournalEntry entry) {
    tellAll(order.visible(entry));
    if (order.waiting() > journal.capacity()) {
      journal.skipTo(order.drop());
      subscribers.forEach(FeedSubscriber::wake);
    }
  }

  /** The change for which the number was reserved has come to nothing. */
  public void abandon(long sequence) {
    tellAll(order.abandon(sequence));
  }

  /**
   * Adds a listener. On any thread.
   *
   * @param since go on after this event; when empty, begin with a snapshot
   * @param documents those of the collection
   */
  public Subscription subscribe(
      String collection,
      Filter filter,
      OptionalLong since,
      DocumentSource documents,
      Consumer<? super FeedEvent> listener) {
    FeedSubscriber subscriber =
        new FeedSubscriber(
            new FeedSubscriber.Interest(collection, filter, documents),
            listener,
            journal,
            loop,
            callbacks,
            subscribers::remove);
    subscribers.add(subscriber);
    loop.execute(() -> subscriber.begin(since));
    return subscriber;
  }

  /** Ends all subscriptions. */
  public void close() {
    subscribers.forEach(FeedSubscriber::cancel);
  }

  private void tellAll(List<JournalEntry> entries) {
    for (JournalEntry entry : entries) {
      journal.append(entry);
      subscribers.forEach(subscriber -> subscriber.appended(entry));
    }
  }
}
