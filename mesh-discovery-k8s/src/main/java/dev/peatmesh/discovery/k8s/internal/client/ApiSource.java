package dev.peatmesh.discovery.k8s.internal.client;

import dev.peatmesh.discovery.k8s.internal.Account;
import io.kubernetes.client.openapi.ApiClient;
import java.io.IOException;
import java.util.Optional;

/** Where the client of the Kubernetes API comes from. Its methods may read files. */
public interface ApiSource {
  /**
   * The client.
   *
   * @throws IOException when nothing tells how to reach the API
   */
  ApiClient client() throws IOException;

  /** Reads credentials and certificates anew before they are used next. */
  void renew();

  /** Where the API is, for people; empty until a client was made. */
  String address();

  /** The namespace this process lives in, if something says so. */
  Optional<String> namespace();

  /** Who we are, as far as it can be told without asking the API. */
  Optional<Account> account();

  /** The address of a client's API, without a password that may stand in it. */
  static String shown(ApiClient client) {
    return client.getBasePath().replaceFirst("//[^/@]*@", "//");
  }

  /** Closes idle connections of clients that were made here. */
  void close();
}
