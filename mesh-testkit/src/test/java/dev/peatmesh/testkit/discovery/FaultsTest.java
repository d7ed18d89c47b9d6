package dev.peatmesh.testkit.discovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectMethod;

import dev.peatmesh.discovery.DiscoveryContext;
import dev.peatmesh.discovery.DiscoveryEvent;
import dev.peatmesh.discovery.DiscoveryStatus;
import dev.peatmesh.discovery.DiscoveryStrategy;
import dev.peatmesh.discovery.PeerInfo;
import java.lang.reflect.Method;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.platform.commons.support.HierarchyTraversalMode;
import org.junit.platform.commons.support.ReflectionSupport;
import org.junit.platform.engine.DiscoverySelector;
import org.junit.platform.testkit.engine.EngineTestKit;
import org.junit.platform.testkit.engine.Event;
import org.junit.platform.testkit.engine.Events;

/** The contract finds fault: with each single fault, and with a strategy written carelessly. */
@Tag("heavy")
class FaultsTest {
  private static volatile UnaryOperator<DiscoveryStrategy> spoil = UnaryOperator.identity();

  @ParameterizedTest
  @EnumSource
  void faultIsSeenByTheTestThatIsMeantForIt(Fault fault) {
    spoil = fault.spoil;
    Events tests = run(selectMethod(OverABoard.class, fault.seenBy));

    assertThat(names(tests.failed())).containsExactly(fault.seenBy);
  }

  @Test
  void everyTestOfTheContractHasAFaultThatItSees() {
    Set<String> tests =
        ReflectionSupport.streamMethods(
                DiscoveryStrategyContract.class,
                method -> method.isAnnotationPresent(Test.class),
                HierarchyTraversalMode.TOP_DOWN)
            .map(Method::getName)
            .collect(Collectors.toCollection(TreeSet::new));

    assertThat(Arrays.stream(Fault.values()).map(fault -> fault.seenBy)).containsAll(tests);
  }

  @Test
  void carelessStrategyFailsManyTests() {
    spoil = Careless::new;
    Events tests = run(selectClass(OverABoard.class));

    assertThat(names(tests.failed()))
        .hasSizeGreaterThanOrEqualTo(8)
        .contains(
            "afterStopItIsStoppedAndEmpty",
            "discoveredPeersAreImmutable",
            "findsTheInitialPeersOnceEachWithAnAddress",
            "nameIsValidAndConstant",
            "publishesNothingTwice",
            "saysWhatIsWrongAndWhatToDoWithoutSecrets",
            "secondStartIsRefusedAndChangesNothing",
            "startsWhileTheSourceIsAwayAndFindsPeersWhenItIsBack");
    assertThat(names(tests.succeeded())).contains("stopLeavesNoThreadBehind");
  }

  private static Events run(DiscoverySelector selector) {
    return EngineTestKit.engine("junit-jupiter").selectors(selector).execute().testEvents();
  }

  private static Set<String> names(Events events) {
    return events.stream()
        .map(Event::getTestDescriptor)
        .map(test -> test.getDisplayName().replace("()", ""))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** The contract over the strategy that is to be judged. Run by these tests alone. */
  static final class OverABoard extends DiscoveryStrategyContract {
    @Override
    protected DiscoverySource openSource(String formationId, Set<String> nodeIds) {
      return new Board(formationId, nodeIds, spoil, Duration.ofMillis(500));
    }
  }

  /** As one writes it in a hurry: tells each look anew, keeps no state apart, never complains. */
  private static final class Careless extends Wrapped {
    private final List<PeerInfo> found = new ArrayList<>();

    Careless(DiscoveryStrategy right) {
      super(right);
    }

    @Override
    void relay(DiscoveryContext context, DiscoveryEvent event) {
      if (event instanceof DiscoveryEvent.PeerFound peer) {
        found.add(peer.peer());
        found.forEach(known -> context.publish(new DiscoveryEvent.PeerFound(known)));
      }
    }

    @Override
    public String name() {
      return "Careless Strategy";
    }

    @Override
    public void start(DiscoveryContext context) {
      if (right.status() instanceof DiscoveryStatus.Stopped) {
        super.start(context);
      }
    }

    @Override
    public List<PeerInfo> discoveredPeers() {
      return found;
    }

    @Override
    public DiscoveryStatus status() {
      return new DiscoveryStatus.Ok();
    }
  }
}
