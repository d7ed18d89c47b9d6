package dev.peatmesh.sync.internal.latest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.peatmesh.sync.DeletePolicy;
import dev.peatmesh.sync.Trials;
import dev.peatmesh.sync.internal.guard.ActorId;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Replicas that write, delete and hear of each other at random, against {@link EventModel}. */
class ConvergenceTest {
  private static final List<String> NAMES = List.of("a", "b", "c");
  private static final long DAY_MILLIS = 86_400_000;

  @Test
  void everyReplicaIsWhatItHasHeardOfAndAllEndEqual() {
    Trials.run(500, random -> new Mesh(random).run());
  }

  @Test
  @Tag("heavy")
  void everyReplicaIsWhatItHasHeardOfOverManySeeds() {
    Trials.run(10_000, random -> new Mesh(random).run());
  }

  /** Two to four replicas, whose clocks are up to three days apart. */
  private static final class Mesh {
    private final Random random;
    private final DeletePolicy policy;
    private final EventModel model = new EventModel();
    private final List<Replica> replicas = new ArrayList<>();
    private final List<Replica> past = new ArrayList<>();
    private long millis = 1_700_000_000_000L;

    Mesh(Random random) {
      this.random = random;
      this.policy = DeletePolicy.values()[random.nextInt(2)];
      int count = 2 + random.nextInt(3);
      for (int i = 0; i < count; i++) {
        ActorId actor = new ActorId("0" + i);
        long skew = (random.nextInt(7) - 3) * DAY_MILLIS;
        replicas.add(new Replica(actor, skew, LatestDocument.empty(), model.new View()));
      }
    }

    void run() {
      int steps = 5 + random.nextInt(40);
      for (int step = 0; step < steps; step++) {
        millis += random.nextInt(3);
        Replica replica = any(replicas);
        switch (random.nextInt(8)) {
          case 0 -> replica.delete();
          case 1, 2, 3 -> replica.edit();
          case 4 -> replica.hear(any(past.isEmpty() ? replicas : past));
          default -> replica.hear(any(replicas));
        }
        replica.check();
        past.add(replica.snapshot());
        compare(any(past), any(past));
      }
      converge();
    }

    /** Merging is commutative, associative and idempotent, and heads tell states apart. */
    private void compare(Replica one, Replica two) {
      LatestDocument merged = one.document.merge(two.document);
      assertThat(two.document.merge(one.document).encode()).isEqualTo(merged.encode());
      assertThat(one.document.merge(one.document)).isSameAs(one.document);
      assertThat(merged.merge(two.document)).isSameAs(merged);
      Replica three = any(past);
      assertThat(merged.merge(three.document).encode())
          .isEqualTo(one.document.merge(two.document.merge(three.document)).encode());
      assertThat(one.document.covers(two.document)).isEqualTo(one.view.includes(two.view));
      if (one.view.same(two.view)) {
        assertThat(one.document.encode()).isEqualTo(two.document.encode());
        assertThat(one.document.head()).isEqualTo(two.document.head());
      } else {
        assertThat(one.document.head()).isNotEqualTo(two.document.head());
      }
    }

    private void converge() {
      List<Replica> order = new ArrayList<>(replicas);
      for (int round = 0; round < 2; round++) {
        Collections.shuffle(order, random);
        for (Replica from : order) {
          replicas.forEach(to -> to.hear(from));
        }
      }
      for (Replica replica : replicas) {
        replica.check();
        assertThat(replica.document.encode()).isEqualTo(replicas.get(0).document.encode());
      }
    }

    private <T> T any(List<T> list) {
      return list.get(random.nextInt(list.size()));
    }

    private final class Replica {
      private final ActorId actor;
      private final long skew;
      private final HybridClock clock = new HybridClock();
      private final EventModel.View view;
      private LatestDocument document;

      Replica(ActorId actor, long skew, LatestDocument document, EventModel.View view) {
        this.actor = actor;
        this.skew = skew;
        this.document = document;
        this.view = view;
      }

      Replica snapshot() {
        return new Replica(actor, skew, document, view.copy());
      }

      void hear(Replica other) {
        LatestDocument theirs =
            LatestDocument.decode(other.document.encode(), LatestLimits.DEFAULT);
        clock.observe(theirs.lastStamp(), millis + skew);
        LatestDocument merged = document.merge(theirs);
        assertThat(merged == document).isEqualTo(view.includes(other.view));
        document = merged;
        view.hear(other.view);
      }

      void edit() {
        Map<String, @Nullable Object> puts = new TreeMap<>();
        List<String> removes = new ArrayList<>();
        Map<String, @Nullable Object> before = view.value();
        for (String name : NAMES) {
          Object value = random.nextInt(5) == 0 ? null : (Object) (long) random.nextInt(4);
          boolean there = before.containsKey(name);
          if (random.nextInt(2) == 0 && !(there && Objects.equals(before.get(name), value))) {
            puts.put(name, value);
          } else if (there && random.nextInt(6) == 0) {
            removes.add(name);
          }
        }
        Author author = author();
        Optional<LatestDocument.Written> written =
            document.change(
                root -> {
                  puts.forEach(root::put);
                  removes.forEach(root::remove);
                },
                author);
        assertThat(written.isEmpty())
            .isEqualTo(view.exists() && puts.isEmpty() && removes.isEmpty());
        written.ifPresent(
            done -> {
              document = done.document();
              view.write(done.dot(), author.stamp(), puts, removes);
            });
      }

      void delete() {
        Author author = author();
        Optional<LatestDocument.Written> written = document.delete(policy, author);
        assertThat(written.isPresent()).isEqualTo(view.exists());
        written.ifPresent(
            done -> {
              document = done.document();
              boolean wins = policy == DeletePolicy.DELETE_WINS;
              view.delete(done.dot(), author.nowSeconds(), wins);
            });
      }

      void check() {
        assertThat(document.value()).isEqualTo(view.value());
        assertThat(document.exists()).isEqualTo(view.exists());
        assertThat(document.deletedSeconds()).isEqualTo(view.deletedSeconds());
        for (Dot dot : view.dots()) {
          assertThat(document.covers(dot)).isEqualTo(view.holds(dot));
        }
      }

      private Author author() {
        long wall = millis + skew;
        return new Author(actor, clock.now(wall), wall / 1_000);
      }
    }
  }
}
