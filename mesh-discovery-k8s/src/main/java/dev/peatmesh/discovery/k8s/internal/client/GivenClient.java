package dev.peatmesh.discovery.k8s.internal.client;

import dev.peatmesh.discovery.k8s.internal.Account;
import io.kubernetes.client.openapi.ApiClient;
import io.kubernetes.client.util.credentials.RefreshAuthentication;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;

/** A client that the user made. It stays the user's: nothing of it is closed here. */
public final class GivenClient implements ApiSource {
  private final ApiClient client;
  private final ServiceAccountMount mount;

  /** Takes the client; the mount is asked for the namespace only. */
  public GivenClient(ApiClient client, Path mount) {
    this.client = client;
    this.mount = new ServiceAccountMount(mount);
  }

  @Override
  public ApiClient client() {
    return client;
  }

  @Override
  public void renew() {
    expireTokens(client);
  }

  @Override
  public String address() {
    return ApiSource.shown(client);
  }

  @Override
  public Optional<String> namespace() {
    return mount.namespace();
  }

  @Override
  public Optional<Account> account() {
    return Optional.empty();
  }

  @Override
  public void close() {}

  /** The library reads a token file once a minute; from now on its copy counts as too old. */
  static void expireTokens(ApiClient client) {
    client.getHttpClient().interceptors().stream()
        .filter(RefreshAuthentication.class::isInstance)
        .map(RefreshAuthentication.class::cast)
        .forEach(token -> token.setExpiry(Instant.EPOCH));
  }
}
