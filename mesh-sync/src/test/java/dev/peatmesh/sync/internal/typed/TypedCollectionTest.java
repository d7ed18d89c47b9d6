package dev.peatmesh.sync.internal.typed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.peatmesh.runtime.MeshException;
import dev.peatmesh.sync.Counter;
import dev.peatmesh.sync.Text;
import dev.peatmesh.sync.TypedCollection;
import dev.peatmesh.sync.Uint64;
import dev.peatmesh.sync.internal.typed.Track.Position;
import dev.peatmesh.sync.internal.typed.Track.Waypoint;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TypedCollectionTest {
  private final NativeCollection documents = new NativeCollection("0a");
  private final NativeCollection others = new NativeCollection("0b");
  private final TypedCollection<Track> tracks = TypedCollection.of(documents, Track.class);

  @AfterEach
  void close() {
    documents.close();
    others.close();
  }

  record Plane(String name, Optional<String> pilot, @Nullable Long height, List<Leg> legs) {}

  record Leg(String to, long minutes) {}

  /** The same documents as an older program knows them. */
  record OldPlane(String name, List<OldLeg> legs) {}

  record OldLeg(String to) {}

  record Numbers(byte tiny, float single, double wide, Uint64 mask) {}

  record Tags(Set<String> tags, Map<String, Long> scores) {}

  record Doc(Text text, String title, Counter hits) {}

  @Test
  void everyKindOfComponentReadsAsItWasPut() {
    for (int n : new int[] {0, 1, 3, 5, -7, 100}) {
      tracks.put("t", Track.sample(n));
      assertThat(tracks.get("t")).contains(Track.sample(n));
    }
    assertThat(tracks.list()).containsExactly("t");
    assertThat(tracks.put("t", Track.sample(100)).changed()).isFalse();
    assertThat(tracks.get("absent")).isEmpty();
  }

  @Test
  void aDocumentLooksAsOtherProgramsExpectIt() {
    tracks.put("t", Track.sample(1));
    assertThat(documents.get("t").orElseThrow())
        .containsEntry("count", 1L)
        .containsEntry("speed", 1.0)
        .containsEntry("age", "PT1.501S")
        .containsEntry("mode", "SEA")
        .containsEntry("hits", new Counter(1))
        .containsEntry("tags", List.of("x", "y1"))
        .containsEntry("position", Map.of("lat", 1.0, "lon", -1.0))
        .containsEntry(
            "shape",
            Map.of(
                "$type",
                "Group",
                "members",
                List.of(
                    Map.of("$type", "Circle", "radius", 1.0),
                    Map.of("$type", "Group", "members", List.of()))));
  }

  @Test
  void updateWritesNothingThatIsEqual() {
    tracks.put("t", Track.sample(1));
    assertThat(tracks.update("t", track -> track).changed()).isFalse();
    assertThat(tracks.update("t", track -> Track.sample(1)).changed()).isFalse();
    assertThat(tracks.update("t", track -> Track.sample(2)).changed()).isTrue();
    assertThat(tracks.get("t")).contains(Track.sample(2));
  }

  @Test
  void fieldsThatAnOlderProgramDoesNotKnowSurviveItsWrites() {
    TypedCollection<Plane> planes = TypedCollection.of(documents, Plane.class);
    TypedCollection<OldPlane> old = TypedCollection.of(documents, OldPlane.class);
    planes.put(
        "p",
        new Plane(
            "D-1", Optional.of("Ann"), 300L, List.of(new Leg("BER", 60), new Leg("MUC", 70))));

    old.update("p", plane -> new OldPlane("D-2", List.of(new OldLeg("BER"), new OldLeg("FRA"))));
    assertThat(planes.get("p"))
        .contains(
            new Plane(
                "D-2", Optional.of("Ann"), 300L, List.of(new Leg("BER", 60), new Leg("FRA", 70))));

    old.put("p", new OldPlane("D-3", List.of(new OldLeg("FRA"))));
    assertThat(planes.get("p"))
        .contains(new Plane("D-3", Optional.of("Ann"), 300L, List.of(new Leg("FRA", 70))));
  }

  @Test
  void anAbsentFieldIsEmptyOrNullOrRefused() {
    TypedCollection<Plane> planes = TypedCollection.of(documents, Plane.class);
    documents.put("p", Map.of("name", "D-1"));
    assertThat(planes.get("p")).contains(new Plane("D-1", Optional.empty(), null, List.of()));
    documents.put("p", Map.of("legs", List.of(Map.of("to", "BER"))));
    assertThatExceptionOfType(MeshException.UnexpectedValue.class)
        .isThrownBy(() -> planes.get("p"))
        .withMessageContaining("tracks/p: name: is nothing");
    documents.put("p", Map.of("name", "D-1", "legs", List.of(Map.of("to", "BER"))));
    assertThatExceptionOfType(MeshException.UnexpectedValue.class)
        .isThrownBy(() -> planes.get("p"))
        .satisfies(
            missing -> {
              assertThat(missing.path()).isEqualTo("legs[0].minutes");
              assertThat(missing.found()).isEqualTo("nothing");
              assertThat(missing.expected()).contains("Optional");
            });
  }

  @Test
  void emptyAndNullRemoveTheField() {
    TypedCollection<Plane> planes = TypedCollection.of(documents, Plane.class);
    planes.put("p", new Plane("D-1", Optional.of("Ann"), 300L, List.of()));
    planes.update("p", plane -> new Plane("D-1", Optional.empty(), null, List.of()));
    assertThat(documents.get("p").orElseThrow()).containsOnlyKeys("name", "legs");
  }

  @Test
  void aWrongTypeIsNamedWithPathAndBothKinds() {
    tracks.put("t", Track.sample(1));
    documents.change("t", root -> root.list("route").map(1).map("at").put("lat", "north"));
    assertThatExceptionOfType(MeshException.UnexpectedValue.class)
        .isThrownBy(() -> tracks.get("t"))
        .withMessage(
            "tracks/t: route[1].at.lat: is a string, but expected is a number."
                + " Correct the document without the type, or the type.");
    documents.change("t", root -> root.put("tiny", 128));
    assertThatExceptionOfType(MeshException.UnexpectedValue.class)
        .isThrownBy(() -> tracks.update("t", track -> track))
        .withMessageContaining("tiny: is the integer 128, but expected is an integer from -128");
  }

  @Test
  void aPutReplacesWhatTheTypeCannotRead() {
    tracks.put("t", Track.sample(1));
    documents.change(
        "t",
        root -> {
          root.put("position", "nowhere");
          root.put("route", 7);
          root.put("extra", "kept");
        });
    tracks.put("t", Track.sample(2));
    assertThat(tracks.get("t")).contains(Track.sample(2));
    assertThat(documents.get("t").orElseThrow()).containsEntry("extra", "kept");
  }

  @Test
  void numbersOfOtherProgramsReadAsLongAsTheyAreExact() {
    TypedCollection<Numbers> numbers = TypedCollection.of(documents, Numbers.class);
    documents.put("n", Map.of("tiny", new Uint64(7), "single", 0.1, "wide", 3, "mask", 9));
    Numbers read = new Numbers((byte) 7, 0.1f, 3.0, new Uint64(9));
    assertThat(numbers.get("n")).contains(read);
    assertThat(numbers.update("n", same -> read).changed())
        .as("another spelling of the same value is left alone")
        .isFalse();
    documents.put("m", Map.of("tiny", -4.0, "single", 1, "wide", 1, "mask", 1e15));
    assertThat(numbers.get("m"))
        .contains(new Numbers((byte) -4, 1, 1, new Uint64(1_000_000_000_000_000L)));
    documents.change("m", root -> root.put("tiny", 0.5));
    assertThatExceptionOfType(MeshException.UnexpectedValue.class)
        .isThrownBy(() -> numbers.get("m"))
        .withMessageContaining("tiny: is the number 0.5");
    documents.change("n", root -> root.put("wide", Long.MAX_VALUE));
    assertThatExceptionOfType(MeshException.UnexpectedValue.class)
        .isThrownBy(() -> numbers.get("n"))
        .withMessageContaining("wide: is the integer 9223372036854775807");
  }

  @Test
  void stringsOfOtherProgramsAreTextsAndAreEditedInPlace() {
    TypedCollection<Doc> docs = TypedCollection.of(documents, Doc.class);
    documents.put(
        "d", Map.of("text", "a string", "title", new Text("hello"), "hits", new Counter(1)));
    assertThat(docs.get("d")).contains(new Doc(new Text("a string"), "hello", new Counter(1)));
    docs.update("d", doc -> new Doc(doc.text(), "hello world", doc.hits()));
    assertThat(documents.get("d").orElseThrow()).containsEntry("title", new Text("hello world"));
  }

  @Test
  void concurrentChangesOfCountersAndTextsAndSetsAllCount() {
    TypedCollection<Doc> here = TypedCollection.of(documents, Doc.class);
    TypedCollection<Doc> there = TypedCollection.of(others, Doc.class);
    here.put("d", new Doc(new Text("one two"), "title", new Counter(10)));
    TypedCollection.of(documents, Tags.class)
        .put("s", new Tags(Set.of("a", "z"), Map.of("x", 1L, "y", 2L)));
    documents.exchange(others);

    here.update("d", d -> new Doc(new Text("zero one two"), d.title(), new Counter(13)));
    there.update("d", d -> new Doc(new Text("one two three"), "other", new Counter(15)));
    TypedCollection.of(documents, Tags.class)
        .update("s", s -> new Tags(Set.of("a", "z", "m"), Map.of("x", 5L, "y", 2L)));
    TypedCollection.of(others, Tags.class)
        .update("s", s -> new Tags(Set.of("z", "m", "b"), Map.of("x", 1L, "w", 3L)));
    documents.exchange(others);

    assertThat(here.get("d"))
        .contains(new Doc(new Text("zero one two three"), "other", new Counter(18)))
        .isEqualTo(there.get("d"));
    assertThat(TypedCollection.of(documents, Tags.class).get("s"))
        .contains(new Tags(Set.of("b", "m", "z"), Map.of("x", 5L, "w", 3L)));
  }

  @Test
  void anElementThatTwoNodesAddedIsInTheSetOnceAndLeavesItAtOnce() {
    TypedCollection<Tags> here = TypedCollection.of(documents, Tags.class);
    here.put("s", new Tags(Set.of("a"), Map.of()));
    documents.exchange(others);
    here.update("s", s -> new Tags(Set.of("a", "b"), s.scores()));
    TypedCollection.of(others, Tags.class).update("s", s -> new Tags(Set.of("a", "b"), s.scores()));
    documents.exchange(others);
    assertThat(documents.get("s").orElseThrow()).containsEntry("tags", List.of("a", "b", "b"));
    here.update("s", s -> new Tags(Set.of("a", "c"), s.scores()));
    assertThat(documents.get("s").orElseThrow()).containsEntry("tags", List.of("a", "c"));
  }

  @Test
  void aChangeThatThrowsOrReturnsNullChangesNothing() {
    tracks.put("t", Track.sample(1));
    assertThatExceptionOfType(IllegalStateException.class)
        .isThrownBy(
            () ->
                tracks.update(
                    "t",
                    track -> {
                      throw new IllegalStateException("mine");
                    }))
        .withMessage("mine");
    assertThatExceptionOfType(MeshException.Refused.class)
        .isThrownBy(() -> tracks.update("t", track -> null))
        .withMessageContaining("returned null");
    assertThatExceptionOfType(MeshException.Refused.class)
        .isThrownBy(() -> tracks.update("absent", track -> track))
        .withMessage("update(tracks/absent): there is no such document. Put it first.");
    assertThat(tracks.get("t")).contains(Track.sample(1));
  }

  @Test
  void nullIsRefusedWhereNothingSaysThatItMayBe() {
    TypedCollection<Plane> planes = TypedCollection.of(documents, Plane.class);
    assertThatExceptionOfType(MeshException.Refused.class)
        .isThrownBy(() -> planes.put("p", new Plane(null, Optional.empty(), null, List.of())))
        .withMessage(
            "tracks/p: name: is null. Declare the component Optional or @Nullable, or set it.");
    List<Leg> legs = new ArrayList<>(List.of(new Leg("BER", 1)));
    legs.add(null);
    assertThatExceptionOfType(MeshException.Refused.class)
        .isThrownBy(() -> planes.put("p", new Plane("D", Optional.empty(), null, legs)))
        .withMessageStartingWith("tracks/p: legs[1]: is null");
    assertThat(planes.list()).isEmpty();
  }

  record Checked(int port) {
    Checked {
      if (port < 1) {
        throw new IllegalArgumentException("port below 1");
      }
    }
  }

  @Test
  void whatTheConstructorRefusesIsUnexpected() {
    documents.put("c", Map.of("port", 0));
    assertThatExceptionOfType(MeshException.UnexpectedValue.class)
        .isThrownBy(() -> TypedCollection.of(documents, Checked.class).get("c"))
        .withMessageContaining("port below 1")
        .withCauseInstanceOf(IllegalArgumentException.class);
  }

  record Timed(Instant at) {}

  @Test
  void pointsInTimeAreCutToMilliseconds() {
    TypedCollection<Timed> timed = TypedCollection.of(documents, Timed.class);
    timed.put("t", new Timed(Instant.ofEpochSecond(-5, 123_456_789)));
    assertThat(timed.get("t")).contains(new Timed(Instant.ofEpochSecond(-5, 123_000_000)));
    assertThat(timed.update("t", t -> new Timed(t.at().plusNanos(999))).changed()).isFalse();
  }

  record Bad(
      byte[] raw,
      Object any,
      Thread thread,
      Map<Integer, String> numbered,
      Set<Position> places,
      List<Optional<String>> maybe,
      char letter,
      String $deleted,
      BadInner inner) {}

  record BadInner(List<? extends Runnable> tasks) {}

  @Test
  void everyComponentThatCannotBeMappedIsNamedAtOnce() {
    assertThatExceptionOfType(MeshException.BadConfiguration.class)
        .isThrownBy(() -> TypedCollection.of(documents, Bad.class))
        .satisfies(
            bad -> {
              assertThat(bad.problems()).hasSize(9);
              assertThat(bad.problems().get(0))
                  .isEqualTo(
                      "Bad.raw: byte[] is mutable, which a record should not hold. Use Bytes.");
              assertThat(bad.problems().get(8)).startsWith("Bad.inner.tasks[]: java.lang.Runnable");
            });
  }

  record Tree(String name, List<Tree> children) {}

  @Test
  void aTypeMayContainItself() {
    TypedCollection<Tree> trees = TypedCollection.of(documents, Tree.class);
    Tree tree = new Tree("root", List.of(new Tree("a", List.of()), new Tree("b", List.of())));
    trees.put("t", tree);
    trees.update("t", t -> new Tree("root", List.of(new Tree("a", List.of(tree)))));
    assertThat(trees.get("t")).contains(new Tree("root", List.of(new Tree("a", List.of(tree)))));
  }

  @Test
  void insertionsIntoAListMeetConcurrentEditsOfItsElements() {
    TypedCollection<Track> there = TypedCollection.of(others, Track.class);
    tracks.put("t", Track.sample(1));
    documents.exchange(others);
    Waypoint first = new Waypoint("first", 0, Optional.empty());
    tracks.update(
        "t",
        track ->
            Tracks.withRoute(track, List.of(first, track.route().get(0), track.route().get(1))));
    there.update(
        "t",
        track ->
            Tracks.withRoute(
                track,
                List.of(
                    track.route().get(0), new Waypoint("b", 2, Optional.of(new Position(50, 1))))));
    documents.exchange(others);
    assertThat(tracks.get("t").orElseThrow().route())
        .containsExactly(
            first,
            new Waypoint("a", 1, Optional.empty()),
            new Waypoint("b", 2, Optional.of(new Position(50, 1))));
    assertThat(there.get("t")).isEqualTo(tracks.get("t"));
  }

  /** The same record with another route. */
  static final class Tracks {
    private Tracks() {}

    static Track withRoute(Track t, List<Waypoint> route) {
      return new Track(
          t.active(),
          t.tiny(),
          t.small(),
          t.count(),
          t.big(),
          t.single(),
          t.speed(),
          t.name(),
          t.seen(),
          t.age(),
          t.uuid(),
          t.mode(),
          t.huge(),
          t.price(),
          t.raw(),
          t.hits(),
          t.note(),
          t.mask(),
          t.alias(),
          t.limit(),
          route,
          t.tags(),
          t.named(),
          t.position(),
          t.pair(),
          t.shape());
    }
  }
}
