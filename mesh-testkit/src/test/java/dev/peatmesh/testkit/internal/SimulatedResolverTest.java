package dev.peatmesh.testkit.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SimulatedResolverTest {
  private static final InetAddress ONE = SimulatedNetwork.address(1).getAddress();
  private static final InetAddress TWO = SimulatedNetwork.address(2).getAddress();

  private final VirtualTime time = new VirtualTime(1);
  private final SimulatedResolver names = new SimulatedResolver(time);
  private final List<List<InetAddress>> answers = new ArrayList<>();

  @Test
  void answersLaterWithTheAddressesInTheirOrder() {
    names.name("kitchen", List.of(TWO, ONE));
    names.resolve("kitchen", answers::add);
    time.advance(Duration.ZERO);
    assertThat(answers).isEmpty();

    time.advance(Duration.ofMillis(100));
    assertThat(answers).containsExactly(List.of(TWO, ONE));
  }

  @Test
  void anUnknownNameHasNoAddress() {
    names.resolve("cellar", answers::add);
    time.advance(Duration.ofMillis(100));

    assertThat(answers).containsExactly(List.of());
  }

  @Test
  void aNameMayMove() {
    names.name("kitchen", List.of(ONE));
    names.name("kitchen", List.of(TWO));
    names.resolve("kitchen", answers::add);
    time.advance(Duration.ofMillis(100));

    assertThat(answers).containsExactly(List.of(TWO));
  }

  @Test
  void aServerThatIsDownKeepsItsCallersWaiting() {
    names.name("kitchen", List.of(ONE));
    names.down(true);
    names.resolve("kitchen", answers::add);
    time.advance(Duration.ofSeconds(4));
    assertThat(answers).isEmpty();

    time.advance(Duration.ofSeconds(2));
    assertThat(answers).containsExactly(List.of());
  }
}
