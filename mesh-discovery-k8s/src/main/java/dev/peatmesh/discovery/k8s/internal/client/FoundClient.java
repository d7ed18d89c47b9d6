package dev.peatmesh.discovery.k8s.internal.client;

import dev.peatmesh.discovery.k8s.internal.Account;
import io.kubernetes.client.openapi.ApiClient;
import io.kubernetes.client.util.ClientBuilder;
import io.kubernetes.client.util.KubeConfig;
import io.kubernetes.client.util.credentials.TokenFileAuthentication;
import java.io.File;
import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import okhttp3.OkHttpClient;
import org.jspecify.annotations.Nullable;

/**
 * A client made of what is there: the kubeconfig of the settings, else the service account of the
 * pod, else {@code KUBECONFIG}, else {@code ~/.kube/config}. Made when it is first asked for, and
 * made anew after {@link #renew}: files may come, and certificate authorities change.
 */
public final class FoundClient implements ApiSource {
  private final Surroundings surroundings;
  private final AtomicReference<@Nullable ApiClient> current = new AtomicReference<>();
  private final AtomicReference<String> address = new AtomicReference<>("");

  /**
   * Where to look.
   *
   * @param kubeconfig the one that the settings name; null when they name none
   * @param environment the environment variables
   * @param mount the folder of the service account
   * @param home the user's home
   */
  public record Surroundings(
      @Nullable Path kubeconfig, Map<String, String> environment, Path mount, Path home) {
    /** What this process really has around it. */
    public static Surroundings ofThisProcess(@Nullable Path kubeconfig) {
      return new Surroundings(
          kubeconfig,
          System.getenv(),
          Path.of("/var/run/secrets/kubernetes.io/serviceaccount"),
          Path.of(System.getProperty("user.home", ".")));
    }
  }

  /** Looks there, when it is asked. */
  public FoundClient(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public ApiClient client() throws IOException {
    ApiClient made = current.get();
    if (made == null) {
      made = make();
      current.set(made);
      address.set(ApiSource.shown(made));
    }
    return made;
  }

  @Override
  public void renew() {
    close();
  }

  @Override
  public String address() {
    return Objects.requireNonNull(address.get());
  }

  @Override
  public Optional<String> namespace() {
    return mount().namespace();
  }

  @Override
  public Optional<Account> account() {
    return isInPod() ? mount().account() : Optional.empty();
  }

  @Override
  public void close() {
    ApiClient old = current.getAndSet(null);
    if (old != null) {
      // Calls are synchronous, so the dispatcher has made no thread.
      OkHttpClient http = old.getHttpClient();
      http.connectionPool().evictAll();
    }
  }

  private ApiClient make() throws IOException {
    Path named = surroundings.kubeconfig();
    if (named != null) {
      return ofKubeconfig(named);
    }
    if (isInPod()) {
      return ofPod();
    }
    for (Path file : kubeconfigs()) {
      if (Files.isReadable(file)) {
        return ofKubeconfig(file);
      }
    }
    throw new IOException(
        "no service account is mounted at %s, and no kubeconfig is at %s"
            .formatted(surroundings.mount(), kubeconfigs()));
  }

  /** https://kubernetes.io/docs/tasks/run-application/access-api-from-pod/. */
  private ApiClient ofPod() throws IOException {
    String host = environment("KUBERNETES_SERVICE_HOST");
    String bracketed = host.indexOf(':') >= 0 ? "[" + host + "]" : host;
    try {
      return new ClientBuilder()
          .setBasePath("https://" + bracketed + ":" + environment("KUBERNETES_SERVICE_PORT"))
          .setCertificateAuthority(mount().certificateAuthority())
          .setVerifyingSsl(true)
          // Read at every request: there are two a minute, and the kubelet changes the file.
          .setAuthentication(
              new TokenFileAuthentication(mount().tokenFile().toString(), Duration.ZERO))
          .build();
    } catch (IOException | RuntimeException e) {
      throw unusable(surroundings.mount(), e);
    }
  }

  private static ApiClient ofKubeconfig(Path file) throws IOException {
    try (Reader reader = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
      KubeConfig config = KubeConfig.loadKubeConfig(reader);
      config.setFile(file.toFile());
      return ClientBuilder.kubeconfig(config).build();
    } catch (IOException | RuntimeException e) {
      throw unusable(file, e);
    }
  }

  /** Without what the exception says: it may quote the file, and there are secrets in it. */
  private static IOException unusable(Path file, Exception e) {
    return new IOException(file + " cannot be used: " + e.getClass().getSimpleName(), e);
  }

  private boolean isInPod() {
    return surroundings.kubeconfig() == null
        && mount().hasToken()
        && !environment("KUBERNETES_SERVICE_HOST").isEmpty();
  }

  /** {@code KUBECONFIG} may name several files; the first one that is there is taken. */
  private List<Path> kubeconfigs() {
    String named = environment("KUBECONFIG");
    if (named.isBlank()) {
      return List.of(surroundings.home().resolve(".kube").resolve("config"));
    }
    return Arrays.stream(named.split(File.pathSeparator, -1))
        .filter(path -> !path.isBlank())
        .map(Path::of)
        .toList();
  }

  private ServiceAccountMount mount() {
    return new ServiceAccountMount(surroundings.mount());
  }

  private String environment(String name) {
    return surroundings.environment().getOrDefault(name, "");
  }
}
