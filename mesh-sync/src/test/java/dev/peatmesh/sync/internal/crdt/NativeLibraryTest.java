package dev.peatmesh.sync.internal.crdt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.peatmesh.runtime.MeshException;
import dev.peatmesh.sync.internal.crdt.NativeLibrary.Target;
import org.automerge.Document;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NativeLibraryTest {
  @ParameterizedTest
  @CsvSource({
    "Linux, amd64, x86_64-unknown-linux-gnu/libautomerge_jni.so",
    "Linux, aarch64, aarch64-unknown-linux-gnu/libautomerge_jni.so",
    "Mac OS X, x86_64, x86_64-apple-darwin/libautomerge_jni.dylib",
    "Mac OS X, aarch64, aarch64-apple-darwin/libautomerge_jni.dylib",
    "Windows Server 2025, amd64, x86_64-pc-windows-gnu/automerge_jni.dll",
  })
  void everyPlatformOfTheJarFindsItsLibrary(String osName, String osArch, String expected) {
    Target target = Target.of(osName, osArch, "/lib/x86_64-linux-gnu/libc.so.6").orElseThrow();

    assertThat(target).hasToString(expected);
    assertThat(Document.class.getResource("/native/" + target)).isNotNull();
  }

  @ParameterizedTest
  @CsvSource({"Linux, riscv64", "Windows 11, aarch64", "SunOS, amd64"})
  void otherPlatformsHaveNone(String osName, String osArch) {
    assertThat(Target.of(osName, osArch, "")).isEmpty();
  }

  @Test
  void muslIsRefusedBeforeAnythingIsLoaded() {
    String alpine = "7f00-7f01 r--p 00000000 00:01 1   /lib/ld-musl-x86_64.so.1\n";

    assertThatThrownBy(() -> Target.of("Linux", "amd64", alpine))
        .isInstanceOf(MeshException.BadConfiguration.class)
        .hasMessageContaining("needs glibc")
        .hasMessageContaining("instead of Alpine");
  }
}
