package dev.peatmesh.internal.network;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SystemResolverTest {
  @Test
  void eachSpellingIsAnotherAndMeansTheSame() {
    List<String> spelled =
        IntStream.range(0, 1024)
            .mapToObj(number -> SystemResolver.spelled("kitchen-0.example.org.", number))
            .toList();
    assertThat(spelled)
        .doesNotHaveDuplicates()
        .allMatch("kitchen-0.example.org."::equalsIgnoreCase);
    assertThat(spelled).startsWith("kitchen-0.example.org.", "Kitchen-0.example.org.");
    assertThat(SystemResolver.spelled("kitchen-0.example.org.", 1024)).isEqualTo(spelled.get(0));
    assertThat(SystemResolver.spelled("kitchen-0.example.org.", -1)).isEqualTo(spelled.get(1023));
  }

  @Test
  void literalsAreLeftAlone() {
    assertThat(SystemResolver.spelled("10.0.0.7", 1023)).isEqualTo("10.0.0.7");
    assertThat(SystemResolver.spelled("fe80::a%eth0", 1023)).isEqualTo("fe80::a%eth0");
  }

  @Test
  void resolvesHoweverItIsSpelled() {
    SystemResolver resolver = new SystemResolver(Runnable::run);
    for (int i = 0; i < 5; i++) {
      List<InetAddress> found = new ArrayList<>();
      resolver.resolve("localhost", found::addAll);
      assertThat(found).isNotEmpty().allMatch(InetAddress::isLoopbackAddress);
    }
  }

  @Test
  void answersWithNothingWhenThereIsNoPlace() {
    SystemResolver resolver =
        new SystemResolver(
            task -> {
              throw new RejectedExecutionException();
            });
    List<List<InetAddress>> answers = new ArrayList<>();
    resolver.resolve("localhost", answers::add);
    assertThat(answers).containsExactly(List.of());
  }
}
