package dev.peatmesh.sync.internal.feed;

import static org.assertj.core.api.Assertions.assertThat;

import dev.peatmesh.sync.DocumentKey;
import dev.peatmesh.sync.Filter;
import dev.peatmesh.sync.Subscription;
import dev.peatmesh.sync.Trials;
import dev.peatmesh.sync.internal.query.FilterMatch;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Whatever happens in whatever order, a client's copy ends equal to the truth. */
class FeedModelTest {
  private static final List<Filter> FILTERS =
      List.of(Filter.all(), Filter.ge("n", 3), Filter.not(Filter.exists("n")));

  @Test
  void everyCopyEndsEqualToTheTruth() {
    int[] resyncs = new int[1];
    Trials.run(
        4_000,
        random -> {
          Trial trial = new Trial(random);
          for (int i = 0; i < 150; i++) {
            trial.act();
          }
          trial.check();
          resyncs[0] += trial.clients.stream().mapToInt(c -> c.client.resyncs).sum();
        });
    assertThat(resyncs[0]).as("rings that overflowed").isPositive();
  }

  /** One client and its subscription. */
  private static final class Place {
    final String collection;
    final Filter filter;
    final FeedClient client;
    Subscription subscription;

    Place(FeedWorld world, String collection, Filter filter) {
      this.collection = collection;
      this.filter = filter;
      client = new FeedClient(world, collection);
    }
  }

  private static final class Trial {
    final List<Place> clients = new ArrayList<>();
    private final Random random;
    private final FeedWorld world;
    private final int slowness;

    Trial(Random random) {
      this.random = random;
      world = new FeedWorld(random, 1 + random.nextInt(60));
      slowness = 1 + random.nextInt(20);
    }

    void act() {
      int choice = random.nextInt(30);
      if (choice == 0 && clients.size() < 4) {
        begin();
      } else if (choice == 1) {
        world.written(random.nextInt(5) > 0);
      } else if (choice == 2 && random.nextInt(4) == 0) {
        restart();
      } else if (choice == 3 && !clients.isEmpty()) {
        goOn(clients.get(random.nextInt(clients.size())));
      } else if (choice < 12) {
        change();
      } else if (random.nextInt(slowness) == 0) {
        world.runOne();
      }
    }

    void check() {
      world.runAll();
      for (Place place : clients) {
        place.client.checkPromises();
        assertThat(place.client.copy).isEqualTo(truth(place));
        if (place.filter instanceof Filter.All && !place.client.events.isEmpty()) {
          assertThat(place.client.events).isEqualTo(toldSince(place));
        }
      }
    }

    private void begin() {
      Place place = new Place(world, collection(), FILTERS.get(random.nextInt(FILTERS.size())));
      clients.add(place);
      subscribe(place, OptionalLong.empty());
    }

    /** Leaves and comes back, sometimes from a place that never was. */
    private void goOn(Place place) {
      place.subscription.cancel();
      subscribe(place, place.client.since());
    }

    private void restart() {
      world.restart(random.nextBoolean());
      clients.forEach(place -> subscribe(place, place.client.since()));
    }

    private void subscribe(Place place, OptionalLong since) {
      place.subscription = world.subscribe(place.collection, place.filter, since, place.client);
    }

    private void change() {
      DocumentKey key = new DocumentKey(collection(), "d" + random.nextInt(12));
      Map<String, Object> value =
          random.nextInt(4) == 0
              ? null
              : random.nextInt(4) == 0 ? new TreeMap<>() : Map.of("n", (long) random.nextInt(6));
      if (random.nextBoolean()) {
        world.remote(key, value);
      } else {
        world.local(key, value);
      }
    }

    private String collection() {
      return random.nextInt(3) == 0 ? "b" : "a";
    }

    private Map<String, Map<String, Object>> truth(Place place) {
      Map<String, Map<String, Object>> truth = new TreeMap<>();
      world.documents.forEach(
          (key, value) -> {
            if (key.collection().equals(place.collection)
                && FilterMatch.matches(place.filter, value)) {
              truth.put(key.id(), value);
            }
          });
      return truth;
    }

    /**
     * What must have come since the first number of the client's: nothing left out, nothing twice.
     */
    private List<Long> toldSince(Place place) {
      return world.told.stream()
          .filter(entry -> entry.key().collection().equals(place.collection))
          .map(JournalEntry::sequence)
          .filter(sequence -> sequence >= place.client.events.get(0))
          .toList();
    }
  }
}
