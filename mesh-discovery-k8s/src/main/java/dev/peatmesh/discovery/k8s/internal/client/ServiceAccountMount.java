package dev.peatmesh.discovery.k8s.internal.client;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.gson.Gson;
import com.google.gson.JsonObject;
import dev.peatmesh.discovery.k8s.internal.Account;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Optional;

/**
 * The folder into which the kubelet puts token, certificate authority and namespace of a pod
 * (https://kubernetes.io/docs/concepts/security/service-accounts/). The token changes within the
 * hour; it is never kept here, and shown to nobody.
 */
final class ServiceAccountMount {
  private static final int FILE_BYTES_MAX = 1 << 20;
  private static final int NAMESPACE_CHARS_MAX = 63;

  private final Path folder;

  ServiceAccountMount(Path folder) {
    this.folder = folder;
  }

  boolean hasToken() {
    return Files.isReadable(tokenFile());
  }

  Path tokenFile() {
    return folder.resolve("token");
  }

  byte[] certificateAuthority() throws IOException {
    return read(folder.resolve("ca.crt"));
  }

  Optional<String> namespace() {
    try {
      String namespace = new String(read(folder.resolve("namespace")), UTF_8).strip();
      boolean fits = !namespace.isEmpty() && namespace.length() <= NAMESPACE_CHARS_MAX;
      return fits ? Optional.of(namespace) : Optional.empty();
    } catch (IOException none) {
      return Optional.empty();
    }
  }

  /** Whom the token names as its subject. The API alone judges whether that is true. */
  Optional<Account> account() {
    try {
      String[] parts = new String(read(tokenFile()), UTF_8).strip().split("\\.", -1);
      if (parts.length != 3) {
        return Optional.empty();
      }
      String claims = new String(Base64.getUrlDecoder().decode(parts[1]), UTF_8);
      JsonObject parsed = new Gson().fromJson(claims, JsonObject.class);
      return parsed != null && parsed.has("sub")
          ? Account.of(parsed.get("sub").getAsString())
          : Optional.empty();
    } catch (IOException | RuntimeException noSubject) {
      // Whatever stands in a token file: it is a hint for a text and no more.
      return Optional.empty();
    }
  }

  private static byte[] read(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      byte[] bytes = in.readNBytes(FILE_BYTES_MAX + 1);
      if (bytes.length > FILE_BYTES_MAX) {
        throw new IOException(file + ": is larger than " + FILE_BYTES_MAX + " bytes");
      }
      return bytes;
    }
  }
}
