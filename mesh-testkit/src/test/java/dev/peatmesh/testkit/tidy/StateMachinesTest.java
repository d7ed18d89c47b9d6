package dev.peatmesh.testkit.tidy;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static dev.peatmesh.testkit.tidy.ProductClasses.ALL;
import static dev.peatmesh.testkit.tidy.ProductClasses.isWithin;
import static dev.peatmesh.testkit.tidy.ProductClasses.violations;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * State machines do no I/O, take no lock and read no clock: so a test is a table, and the simulator
 * runs the very classes that production runs.
 */
class StateMachinesTest {
  private static final String[] PACKAGES = {
    "dev.peatmesh.internal.peers",
    "dev.peatmesh.internal.link",
    "dev.peatmesh.internal.wire",
    "dev.peatmesh.sync.internal.engine",
    "dev.peatmesh.sync.internal.guard",
    "dev.peatmesh.sync.internal.query",
    "dev.peatmesh.sync.internal.latest",
    "dev.peatmesh.sync.internal.reconcile",
  };

  /** Those that stand beside what is not pure. */
  private static final Pattern CLASSES =
      Pattern.compile(
          "dev\\.peatmesh\\.(discovery\\.(PeerUnion|UnitedPeer|Outbox)"
              + "|sync\\.internal\\.feed\\.(TellingOrder|HeldDocuments|MatchJudge))(\\$.*)?");

  private static final List<String> FORBIDDEN_PACKAGES =
      List.of(
          "java.util.concurrent",
          "java.io",
          "java.nio.file",
          "java.nio.channels",
          "java.net",
          "java.sql",
          "io.netty",
          "org.automerge");

  /** Values among what is forbidden. */
  private static final Set<String> ALLOWED_TYPES =
      Set.of(
          "java.io.Serializable",
          "java.io.ByteArrayOutputStream",
          "java.net.InetAddress",
          "java.net.Inet4Address",
          "java.net.Inet6Address",
          "java.net.InetSocketAddress",
          "java.net.SocketAddress");

  private static final Set<String> FORBIDDEN_TYPES =
      Set.of(
          "java.lang.Thread",
          "java.lang.ThreadLocal",
          "java.time.Clock",
          "java.util.Random",
          "java.util.SplittableRandom",
          "java.util.Timer",
          "java.security.SecureRandom");

  /** Calls by which a value would read the clock or ask the DNS. */
  private static final Set<String> FORBIDDEN_CALLS =
      Set.of(
          "java.lang.System.nanoTime",
          "java.lang.System.currentTimeMillis",
          "java.lang.Math.random",
          "java.time.Instant.now",
          "java.lang.Object.wait",
          "java.lang.Object.notify",
          "java.lang.Object.notifyAll",
          "java.net.InetAddress.getByName",
          "java.net.InetAddress.getAllByName",
          "java.net.InetAddress.getLocalHost",
          "java.net.InetAddress.getHostName",
          "java.net.InetAddress.getCanonicalHostName",
          "java.net.InetAddress.isReachable",
          "java.net.InetSocketAddress.getHostName");

  @Test
  void stateMachinesArePure() {
    assertThat(violations(classes().that().resideInAnyPackage(PACKAGES).should(bePure()), ALL))
        .isEmpty();
    assertThat(
            violations(classes().that().haveNameMatching(CLASSES.pattern()).should(bePure()), ALL))
        .isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      classes = {
        Locked.class,
        Shared.class,
        Concurrent.class,
        Future.class,
        ReadsTheClock.class,
        HoldsAClock.class,
        Dices.class,
        AsksTheDns.class
      })
  void impureOneIsFound(Class<?> sample) {
    ArchRule rule = classes().should(bePure());
    assertThat(violations(rule, ProductClasses.of(sample))).isNotEmpty();
  }

  private static ArchCondition<JavaClass> bePure() {
    return new ArchCondition<>("be pure: take time, randomness and answers as parameters") {
      @Override
      public void check(JavaClass checked, ConditionEvents events) {
        checked.getDirectDependenciesFromSelf().stream()
            .filter(d -> isForbidden(d.getTargetClass().getBaseComponentType()))
            .forEach(d -> fault(events, checked, d.getDescription()));
        checked.getCodeUnitCallsFromSelf().stream()
            .filter(
                call ->
                    FORBIDDEN_CALLS.contains(
                        call.getTargetOwner().getName() + "." + call.getTarget().getName()))
            .forEach(call -> fault(events, checked, call.getDescription()));
        checked.getMembers().stream()
            .filter(
                member ->
                    member.getModifiers().contains(JavaModifier.SYNCHRONIZED)
                        || member.getModifiers().contains(JavaModifier.VOLATILE))
            .filter(member -> !member.getModifiers().contains(JavaModifier.BRIDGE))
            .forEach(member -> fault(events, checked, member.getFullName() + " locks"));
      }
    };
  }

  private static void fault(ConditionEvents events, JavaClass checked, String description) {
    events.add(SimpleConditionEvent.violated(checked, description));
  }

  private static boolean isForbidden(JavaClass type) {
    return FORBIDDEN_TYPES.contains(type.getName())
        || (!ALLOWED_TYPES.contains(type.getName())
            && FORBIDDEN_PACKAGES.stream()
                .anyMatch(forbidden -> isWithin(type.getPackageName(), forbidden)));
  }

  // Samples: one fault each.

  static final class Locked {
    synchronized void wrong() {}
  }

  static final class Shared {
    volatile int wrong;
  }

  static final class Concurrent {
    final AtomicLong wrong = new AtomicLong();
  }

  static final class Future {
    CompletableFuture<String> wrong = new CompletableFuture<>();
  }

  static final class ReadsTheClock {
    long wrong() {
      return System.nanoTime();
    }
  }

  static final class HoldsAClock {
    Clock wrong = Clock.systemUTC();
  }

  static final class Dices {
    int wrong() {
      return new Random().nextInt();
    }
  }

  static final class AsksTheDns {
    String wrong(InetSocketAddress address) {
      return address.getHostName();
    }
  }
}
