package dev.peatmesh.internal.quic;

import dev.peatmesh.runtime.MeshException.NetworkFailure;
import io.netty.handler.codec.quic.Quic;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** Whether this machine can run the native QUIC library; asked before any class touches it. */
final class QuicPlatform {
  private static final Path MAPPED_FILES = Path.of("/proc/self/maps");

  private QuicPlatform() {}

  /** Throws what to do when QUIC cannot run here. */
  static void require() {
    refuseMusl(MAPPED_FILES);
    if (!Quic.isAvailable()) {
      throw new NetworkFailure(
          ("quic(%s, %s): the native library did not load. Libraries exist for Linux with glibc"
                  + " (x86-64, arm64), macOS (x86-64, arm64) and Windows (x86-64); put"
                  + " io.netty:netty-codec-native-quic with the classifier of this platform on the"
                  + " path and let java.io.tmpdir be executable.")
              .formatted(System.getProperty("os.name"), System.getProperty("os.arch")),
          Quic.unavailabilityCause());
    }
  }

  /**
   * The library is linked against glibc. On musl its loading fails on x86-64 and ends the process
   * with SIGSEGV on arm64, so the check looks at what is mapped rather than trying.
   */
  static void refuseMusl(Path mappedFiles) {
    if (mapsMusl(mappedFiles)) {
      throw new NetworkFailure(
          "quic(native library): this JVM runs on musl libc (Alpine), for which there is no native"
              + " QUIC library. Run on a glibc system, for example an image based on Debian or"
              + " Ubuntu.",
          null);
    }
  }

  private static boolean mapsMusl(Path mappedFiles) {
    if (!Files.isReadable(mappedFiles)) {
      return false; // Not Linux.
    }
    try (Stream<String> lines = Files.lines(mappedFiles)) {
      return lines.anyMatch(line -> line.contains("/ld-musl-"));
    } catch (IOException | UncheckedIOException unreadable) {
      return false;
    }
  }
}
