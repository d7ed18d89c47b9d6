package dev.peatmesh.e2e.kubernetes;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** The folder that a kubelet mounts into a pod for its service account. */
record TokenMount(Path folder) {
  static TokenMount create(Path folder, String namespace, byte[] certificateAuthority) {
    try {
      Files.createDirectories(folder);
      Files.write(folder.resolve("ca.crt"), certificateAuthority);
      Files.writeString(folder.resolve("namespace"), namespace);
      return new TokenMount(folder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Changes the token in one step, as the kubelet does. */
  void write(String token) {
    try {
      Path next = Files.writeString(folder.resolve("token.next"), token);
      Files.move(
          next,
          folder.resolve("token"),
          StandardCopyOption.ATOMIC_MOVE,
          StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
