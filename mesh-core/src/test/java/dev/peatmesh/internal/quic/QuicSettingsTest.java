package dev.peatmesh.internal.quic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.peatmesh.runtime.MeshException.BadConfiguration;
import dev.peatmesh.runtime.MeshException.NetworkFailure;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class QuicSettingsTest {
  private static final QuicSettings DEFAULTS = QuicSettings.defaults(new InetSocketAddress(0));

  @Test
  void defaultsAreTheDocumentedOnes() {
    assertThat(DEFAULTS.idleTimeout()).isEqualTo(Duration.ofSeconds(5));
    assertThat(DEFAULTS.keepAlive()).isEqualTo(Duration.ofSeconds(1));
    assertThat(DEFAULTS.handshakeTimeout()).isEqualTo(Duration.ofSeconds(5));
    assertThat(DEFAULTS.segmentationOffload()).isFalse();
  }

  @Test
  void everyBadSettingIsNamedAtOnce() {
    assertThatThrownBy(
            () ->
                new QuicSettings(
                    InetSocketAddress.createUnresolved("nowhere.test", 1),
                    Duration.ofSeconds(1),
                    Duration.ofSeconds(1),
                    Duration.ZERO,
                    0,
                    0,
                    1,
                    10,
                    20,
                    0,
                    0,
                    false))
        .isInstanceOfSatisfying(
            BadConfiguration.class,
            bad ->
                assertThat(bad.problems())
                    .containsExactly(
                        "bindAddress(nowhere.test): does not resolve. Give an IP address of this"
                            + " machine.",
                        "handshakeTimeout(PT0S): must be at least PT0.05S.",
                        "keepAlive(PT1S): is more than half of idleTimeout(PT1S); one lost datagram"
                            + " would end idle connections. Make it a fifth.",
                        "connectionsMax(0): must be at least 1.",
                        "unauthenticatedMax(0): must be at least 1.",
                        "streamWindowBytes(1): must be at least 16384.",
                        "unconsumedBytesMax(0): must be at least 1.",
                        "socketBufferBytes(0): must be at least 65536.",
                        "sendLowWaterBytes(20): must be between 0 and sendHighWaterBytes(10)."));
  }

  @Test
  void muslIsRefusedBeforeItsLibraryIsTouched(@TempDir Path directory) throws Exception {
    Path maps = directory.resolve("maps");
    Files.writeString(
        maps,
        "7f00-7f01 r-xp 00000000 fe:00 123   /lib/ld-musl-x86_64.so.1\n7f02 r--p /bin/java\n");
    assertThatThrownBy(() -> QuicPlatform.refuseMusl(maps))
        .isInstanceOf(NetworkFailure.class)
        .hasMessageStartingWith("quic(native library): this JVM runs on musl libc (Alpine)");
    Files.writeString(maps, "7f00-7f01 r-xp 00000000 fe:00 123   /usr/lib/libc.so.6\n");
    QuicPlatform.refuseMusl(maps);
    QuicPlatform.refuseMusl(directory.resolve("absent"));
  }
}
