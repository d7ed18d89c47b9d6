package dev.peatmesh.internal.transport;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetSocketAddress;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FairShareTest {
  @ParameterizedTest
  @CsvSource({
    "10.0.0.1, 10.0.0.1, true",
    "10.0.0.1, 10.0.0.2, false",
    "2001:db8:0:1::1, 2001:db8:0:1:ffff::2, true",
    "2001:db8:0:1::1, 2001:db8:0:2::1, false",
    "::ffff:10.0.0.1, 10.0.0.1, true",
  })
  void addressIsOneSourceAndSoIsANetworkOfIpv6(String newcomer, String taken, boolean same) {
    assertThat(FairShare.isUsedUp(4, at(newcomer), Stream.of(at(taken)))).isEqualTo(same);
  }

  @Test
  void quarterOfThePlacesIsAShare() {
    assertThat(FairShare.isUsedUp(64, at("10.0.0.1"), taken(15))).isFalse();
    assertThat(FairShare.isUsedUp(64, at("10.0.0.1"), taken(16))).isTrue();
  }

  @Test
  void everySourceMayTakeOne() {
    assertThat(FairShare.isUsedUp(1, at("10.0.0.1"), Stream.of())).isFalse();
  }

  private static Stream<InetSocketAddress> taken(int count) {
    return Stream.generate(() -> at("10.0.0.1")).limit(count);
  }

  private static InetSocketAddress at(String host) {
    return new InetSocketAddress(host, 4711);
  }
}
