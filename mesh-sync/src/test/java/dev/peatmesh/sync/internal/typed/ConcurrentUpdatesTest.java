package dev.peatmesh.sync.internal.typed;

import static org.assertj.core.api.Assertions.assertThat;

import dev.peatmesh.sync.Counter;
import dev.peatmesh.sync.Text;
import dev.peatmesh.sync.Trials;
import dev.peatmesh.sync.TypedCollection;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Two nodes update different fields of one document at the same time: none is lost. */
class ConcurrentUpdatesTest {
  record Place(double lat, double lon) {}

  record Item(String id, long quantity, String label, Optional<Place> place) {}

  record Report(
      String name,
      long count,
      Place place,
      List<Item> items,
      Map<String, Item> named,
      Counter hits,
      Text note,
      Optional<String> alias) {
    Report items(UnaryOperator<List<Item>> change) {
      List<Item> changed = change.apply(new ArrayList<>(items));
      return new Report(name, count, place, changed, named, hits, note, alias);
    }

    Report item(int fromEnd, UnaryOperator<Item> change) {
      return items(
          list -> {
            int index = list.size() - fromEnd;
            list.set(index, change.apply(list.get(index)));
            return list;
          });
    }

    Report named(String key, UnaryOperator<Item> change) {
      Map<String, Item> changed = new TreeMap<>(named);
      changed.put(key, change.apply(changed.get(key)));
      return new Report(name, count, place, items, changed, hits, note, alias);
    }
  }

  @Test
  void noneOfTwoConcurrentUpdatesOfDifferentFieldsIsLost() {
    Trials.run(100, ConcurrentUpdatesTest::updatesMeet);
  }

  @Test
  @Tag("heavy")
  void noneIsLostInAThousandTrials() {
    Trials.run(1_000, ConcurrentUpdatesTest::updatesMeet);
  }

  private static void updatesMeet(Random random) {
    try (NativeCollection one = new NativeCollection("0a");
        NativeCollection two = new NativeCollection("0b")) {
      TypedCollection<Report> here = TypedCollection.of(one, Report.class);
      TypedCollection<Report> there = TypedCollection.of(two, Report.class);
      here.put("r", initial(random));
      one.exchange(two);
      for (int round = 0; round < 2; round++) {
        Report expected = here.get("r").orElseThrow();
        List<UnaryOperator<Report>> edits = edits(random);
        for (UnaryOperator<Report> edit : edits) {
          (random.nextBoolean() ? here : there).update("r", edit);
          expected = edit.apply(expected);
        }
        one.exchange(two);
        assertThat(here.get("r")).contains(expected).isEqualTo(there.get("r"));
      }
    }
  }

  private static Report initial(Random random) {
    List<Item> items = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      items.add(new Item("item-" + i, random.nextInt(9), "label", place(random)));
    }
    return new Report(
        "name",
        0,
        new Place(0, 0),
        items,
        Map.of("a", items.get(0), "b", items.get(1)),
        new Counter(random.nextInt(100)),
        new Text("between"),
        Optional.of("alias"));
  }

  private static Optional<Place> place(Random random) {
    return Optional.of(new Place(random.nextInt(9), random.nextInt(9)));
  }

  /** Edits of which no two touch the same field; the result does not depend on their order. */
  private static List<UnaryOperator<Report>> edits(Random random) {
    long n = 1_000 + random.nextInt(1_000_000);
    List<UnaryOperator<Report>> edits = new ArrayList<>();
    edits.add(
        r -> new Report("n" + n, r.count, r.place, r.items, r.named, r.hits, r.note, r.alias));
    edits.add(r -> new Report(r.name, n, r.place, r.items, r.named, r.hits, r.note, r.alias));
    edits.add(r -> place(r, new Place(n, r.place.lon)));
    edits.add(r -> place(r, new Place(r.place.lat, n)));
    edits.add(r -> hits(r, -n / 2));
    edits.add(r -> hits(r, n));
    edits.add(r -> note(r, "<" + r.note));
    edits.add(r -> note(r, r.note + ">"));
    edits.add(
        r ->
            new Report(
                r.name,
                r.count,
                r.place,
                r.items,
                r.named,
                r.hits,
                r.note,
                n % 2 == 0 ? Optional.empty() : Optional.of("b" + n)));
    edits.add(r -> r.items(list -> with(list, "first-" + n)));
    edits.add(r -> r.item(4, item -> quantity(item, n)));
    edits.add(r -> r.item(4, item -> label(item, "l" + n)));
    edits.add(r -> r.item(2, item -> latitude(item, n)));
    edits.add(r -> r.item(2, item -> longitude(item, n)));
    edits.add(r -> r.item(1, item -> quantity(item, n)));
    edits.add(r -> r.named("a", item -> quantity(item, n)));
    edits.add(r -> r.named("a", item -> label(item, "m" + n)));
    edits.add(r -> r.named("b", item -> latitude(item, n)));
    Collections.shuffle(edits, random);
    return List.copyOf(edits.subList(0, 2 + random.nextInt(edits.size() - 2)));
  }

  private static List<Item> with(List<Item> list, String id) {
    list.add(0, new Item(id, 1, "new", Optional.empty()));
    return list;
  }

  private static Report place(Report r, Place place) {
    return new Report(r.name, r.count, place, r.items, r.named, r.hits, r.note, r.alias);
  }

  private static Report hits(Report r, long by) {
    Counter sum = new Counter(r.hits.value() + by);
    return new Report(r.name, r.count, r.place, r.items, r.named, sum, r.note, r.alias);
  }

  private static Report note(Report r, String note) {
    return new Report(r.name, r.count, r.place, r.items, r.named, r.hits, new Text(note), r.alias);
  }

  private static Item quantity(Item item, long quantity) {
    return new Item(item.id, quantity, item.label, item.place);
  }

  private static Item label(Item item, String label) {
    return new Item(item.id, item.quantity, label, item.place);
  }

  private static Item latitude(Item item, double lat) {
    return new Item(
        item.id, item.quantity, item.label, item.place.map(place -> new Place(lat, place.lon)));
  }

  private static Item longitude(Item item, double lon) {
    return new Item(
        item.id, item.quantity, item.label, item.place.map(place -> new Place(place.lat, lon)));
  }
}
