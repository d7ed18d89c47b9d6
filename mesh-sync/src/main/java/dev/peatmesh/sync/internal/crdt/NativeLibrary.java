package dev.peatmesh.sync.internal.crdt;

import dev.peatmesh.runtime.MeshException;
import dev.peatmesh.sync.internal.nativelib.NativeCache;
import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.automerge.Document;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Loads Automerge's native library before any of its classes asks for it. Thread-safe.
 *
 * <p>Automerge's own loader writes 7 MB into the temporary folder at every start, leaves them there
 * when the process is killed, fails where that folder forbids execution, and has no branch for
 * Linux on arm64 although its jar holds that library. Here the library is extracted once, by
 * content, and the loader is told that its work is done.
 */
final class NativeLibrary {
  private static final Logger LOG = LoggerFactory.getLogger(NativeLibrary.class);

  private NativeLibrary() {}

  /** Loads the library, once. Call before touching any class of automerge. */
  static void ensureLoaded() {
    Loaded.touch();
  }

  /** The holder makes the class initialiser's lock the only one needed. */
  private static final class Loaded {
    static {
      load(System.getProperty("os.name", ""), System.getProperty("os.arch", ""), memoryMap());
    }

    private Loaded() {}

    static void touch() {}
  }

  private static void load(String osName, String osArch, String memoryMap) {
    Target target =
        Target.of(osName, osArch, memoryMap)
            .orElseThrow(
                () ->
                    unusable(
                        "there is none for " + osName + " on " + osArch + ".",
                        "Run on Linux with glibc, macOS, or Windows; x86-64 or arm64.",
                        null));
    URL resource = Document.class.getResource("/native/" + target.folder() + "/" + target.file());
    if (resource == null) {
      throw unusable(
          "the automerge jar on the path does not hold " + target + ".",
          "Use the version that mesh-sync was built with.",
          null);
    }
    try {
      load(NativeCache.extract(resource, target.file()));
    } catch (ReflectiveOperationException changed) {
      // Another automerge than the one we know: slower to start, but right.
      LOG.atWarn()
          .addKeyValue("reason", changed)
          .log("automerge loads its library itself, into the temporary folder");
      new Document().free();
    } catch (IOException failure) {
      throw unusable(String.valueOf(failure.getMessage()), "", failure);
    } catch (UnsatisfiedLinkError failure) {
      throw unusable(
          String.valueOf(failure.getMessage()),
          "It needs glibc 2.34 or newer, and a cache folder that is not mounted noexec: set -D"
              + NativeCache.DIRECTORY_PROPERTY
              + " to one.",
          failure);
    }
  }

  private static void load(Path library) throws ReflectiveOperationException {
    Class<?> loader =
        Class.forName("org.automerge.LoadLibrary", true, Document.class.getClassLoader());
    // A native library serves the classes of one class loader only, that of System.load's caller.
    if (loader.getClassLoader() != NativeLibrary.class.getClassLoader()) {
      throw new ReflectiveOperationException("automerge has a class loader of its own");
    }
    VarHandle loaded =
        MethodHandles.privateLookupIn(loader, MethodHandles.lookup())
            .findStaticVarHandle(loader, "loaded", boolean.class);
    synchronized (loader) {
      if ((boolean) loaded.get()) {
        return;
      }
      System.load(library.toString());
      loaded.set(true);
    }
    LOG.atDebug().addKeyValue("library", library).log("automerge library loaded");
  }

  private static String memoryMap() {
    try {
      return Files.readString(Path.of("/proc/self/maps"), StandardCharsets.ISO_8859_1);
    } catch (IOException | RuntimeException absent) {
      return "";
    }
  }

  private static MeshException unusable(String why, String remedy, @Nullable Throwable cause) {
    MeshException.BadConfiguration failure =
        new MeshException.BadConfiguration(
            List.of(("native library of automerge: " + why + " " + remedy).strip()));
    if (cause != null) {
      failure.initCause(cause);
    }
    return failure;
  }

  /** One library in the automerge jar. */
  record Target(String folder, String file) {
    /** The library for a platform; empty when the jar has none. */
    static Optional<Target> of(String osName, String osArch, String memoryMap) {
      String os = osName.toLowerCase(Locale.ROOT);
      String arch =
          switch (osArch.toLowerCase(Locale.ROOT)) {
            case "amd64", "x86_64" -> "x86_64";
            case "aarch64", "arm64" -> "aarch64";
            default -> "";
          };
      if (arch.isEmpty()) {
        return Optional.empty();
      }
      if (os.startsWith("linux")) {
        if (memoryMap.contains("/ld-musl-")) {
          // Loading it would end in an UnsatisfiedLinkError on x86-64 and in a crash on arm64.
          throw unusable(
              "it needs glibc, and this JVM runs on musl.",
              "Use an image with glibc, such as Debian, Ubuntu or distroless, instead of Alpine.",
              null);
        }
        return Optional.of(new Target(arch + "-unknown-linux-gnu", "libautomerge_jni.so"));
      }
      if (os.startsWith("mac")) {
        return Optional.of(new Target(arch + "-apple-darwin", "libautomerge_jni.dylib"));
      }
      if (os.startsWith("windows") && arch.equals("x86_64")) {
        return Optional.of(new Target("x86_64-pc-windows-gnu", "automerge_jni.dll"));
      }
      return Optional.empty();
    }

    @Override
    public String toString() {
      return folder + "/" + file;
    }
  }
}
