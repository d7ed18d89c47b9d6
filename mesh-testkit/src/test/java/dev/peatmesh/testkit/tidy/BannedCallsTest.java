package dev.peatmesh.testkit.tidy;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static dev.peatmesh.testkit.tidy.ProductClasses.ALL;
import static dev.peatmesh.testkit.tidy.ProductClasses.violations;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvent;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.time.Instant;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Time, randomness and threads are constructor parameters; only adapters at the rim take the real
 * ones. The program (mesh-node), the examples and the benchmarks are rim altogether and not judged.
 */
class BannedCallsTest {
  private static final String TIME = "use Loop.nanoTime() or the time that handle() is given";
  private static final String DATE = "take a java.time.InstantSource as parameter";
  private static final String DICE = "take a java.util.random.RandomGenerator as parameter";
  private static final String WAIT = "use Loop.schedule()";
  private static final String LOOP = "take a Loop or an Executor as constructor parameter";

  private static final Map<String, String> REPLACEMENTS =
      Map.ofEntries(
          Map.entry("java.lang.System.nanoTime", TIME),
          Map.entry("java.lang.System.currentTimeMillis", DATE),
          Map.entry("java.time.Instant.now", DATE),
          Map.entry("java.time.Clock.systemUTC", DATE),
          Map.entry("java.time.Clock.systemDefaultZone", DATE),
          Map.entry("java.time.InstantSource.system", DATE),
          Map.entry("java.lang.Math.random", DICE),
          Map.entry("java.util.Random.<init>", DICE),
          Map.entry("java.util.concurrent.ThreadLocalRandom.current", DICE),
          Map.entry("java.util.UUID.randomUUID", DICE),
          Map.entry("java.lang.Thread.sleep", WAIT),
          Map.entry("java.lang.Thread.<init>", LOOP),
          Map.entry("java.util.Timer.<init>", LOOP));

  /** Who may, and why. Whoever is added here brings a reason. */
  private static final Map<String, Set<String>> ALLOWED =
      Map.of(
          // The loop of production: the thread and the clock that all others are given.
          "dev.peatmesh.runtime.ThreadLoop",
          Set.of("java.lang.Thread.<init>", "java.lang.System.nanoTime"),
          // The rim of hybrid discovery: the clock that its state machine is given.
          "dev.peatmesh.discovery.ThreadDriver",
          Set.of("java.lang.System.nanoTime"),
          // Wires the parts of a real mesh: here the real clock is handed out.
          "dev.peatmesh.internal.node.RunningMesh",
          Set.of("java.time.InstantSource.system", "java.lang.Thread.<init>"),
          // Lends the host's code a thread each, as long as others block.
          "dev.peatmesh.internal.node.CallbackThreads",
          Set.of("java.lang.Thread.<init>"),
          // A real server in a test's JVM: a thread for each connection.
          "dev.peatmesh.testkit.kubernetes.internal.ServerThreads",
          Set.of("java.lang.Thread.<init>"),
          "dev.peatmesh.testkit.dns.Endpoints",
          Set.of("java.lang.Thread.<init>"),
          // A strategy is foreign code that may block: it gets a thread of its own.
          "dev.peatmesh.internal.node.DiscoveryHost",
          Set.of("java.lang.Thread.<init>"),
          // Lends real threads to strategies under test.
          "dev.peatmesh.testkit.discovery.RecordingContext",
          Set.of("java.lang.Thread.<init>"),
          // Calls strategies under test from threads of their own, so that each has a deadline.
          "dev.peatmesh.testkit.discovery.StrategyProbe",
          Set.of("java.lang.Thread.<init>"));

  @Test
  void mainCodeTakesTimeRandomnessAndThreadsAsParameters() {
    assertThat(violations(askNoOneElse(ALLOWED), ALL)).isEmpty();
  }

  @Test
  void everyExceptionIsStillNeeded() {
    String found = String.join("\n", violations(askNoOneElse(Map.of()), ALL));
    ALLOWED.forEach(
        (name, calls) ->
            calls.forEach(
                call ->
                    assertThat(found.lines())
                        .anyMatch(line -> line.contains(name) && line.contains(call))));
  }

  @ParameterizedTest
  @ValueSource(
      classes = {
        AsksTheTime.class,
        NamesTheClock.class,
        ReadsTheDate.class,
        Dices.class,
        DicesOnTheThread.class,
        StartsAThread.class
      })
  void bannedCallIsFoundAndItsReplacementNamed(Class<?> sample) {
    assertThat(violations(askNoOneElse(ALLOWED), ProductClasses.of(sample)))
        .hasSize(1)
        .allMatch(violation -> violation.contains("instead: "));
  }

  private static ArchRule askNoOneElse(Map<String, Set<String>> allowed) {
    return classes()
        .should(
            new ArchCondition<JavaClass>("call nothing that is banned") {
              @Override
              public void check(JavaClass checked, ConditionEvents events) {
                Set<String> own = allowed.getOrDefault(outermost(checked), Set.of());
                accesses(checked)
                    .filter(access -> REPLACEMENTS.containsKey(target(access)))
                    .filter(access -> !own.contains(target(access)))
                    .map(access -> violated(checked, access))
                    .forEach(events::add);
              }
            });
  }

  private static Stream<JavaAccess<?>> accesses(JavaClass checked) {
    return Stream.concat(
        checked.getCodeUnitCallsFromSelf().stream(),
        checked.getCodeUnitReferencesFromSelf().stream());
  }

  private static ConditionEvent violated(JavaClass checked, JavaAccess<?> access) {
    String target = target(access);
    return SimpleConditionEvent.violated(
        checked,
        "%s: %s is banned; instead: %s"
            .formatted(access.getDescription(), target, REPLACEMENTS.get(target)));
  }

  private static String target(JavaAccess<?> access) {
    return access.getTargetOwner().getName() + "." + access.getTarget().getName();
  }

  private static String outermost(JavaClass nested) {
    return nested.getName().split("\\$")[0];
  }

  // Samples: one fault each.

  static final class AsksTheTime {
    long wrong() {
      return System.nanoTime();
    }
  }

  static final class NamesTheClock {
    LongSupplier wrong = System::nanoTime;
  }

  static final class ReadsTheDate {
    Instant wrong = Instant.now();
  }

  static final class Dices {
    Random wrong = new Random();
  }

  static final class DicesOnTheThread {
    int wrong() {
      return ThreadLocalRandom.current().nextInt();
    }
  }

  static final class StartsAThread {
    Thread wrong = new Thread(() -> {});
  }
}
