package dev.peatmesh.testkit.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.peatmesh.testkit.kubernetes.internal.Json;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** What a test says to an API server: plain HTTP of the JDK, no Kubernetes client. */
final class ApiClient {
  static final String ALL = "/apis/discovery.k8s.io/v1/endpointslices";
  static final String IN_MESH = "/apis/discovery.k8s.io/v1/namespaces/mesh/endpointslices";

  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final HttpClient http;
  private final URI url;
  private final String token;

  ApiClient(URI url, String token) {
    this(HttpClient.newHttpClient(), url, token);
  }

  ApiClient(HttpClient http, URI url, String token) {
    this.http = http;
    this.url = url;
    this.token = token;
  }

  /** An answer, read whole. */
  record Answer(int status, String body, HttpResponse<String> response) {
    JsonNode json() {
      return Json.read(body);
    }

    String reason() {
      return json().path("reason").asText();
    }

    String message() {
      return json().path("message").asText();
    }

    long version() {
      return json().path("metadata").path("resourceVersion").asLong();
    }
  }

  /** A watch that is being read, line by line. */
  record Watch(int status, BufferedReader lines) implements AutoCloseable {
    /** The next line; fails the test when the watch has ended. */
    JsonNode next() throws IOException {
      String line = lines.readLine();
      assertThat(line).as("the watch goes on").isNotNull();
      return Json.read(line);
    }

    /** The next line as {@code TYPE name@version}. */
    String nextInShort() throws IOException {
      JsonNode event = next();
      JsonNode metadata = event.path("object").path("metadata");
      return "%s %s".formatted(event.path("type").asText(), metadata.path("name").asText());
    }

    /** Whether the answer is complete and nothing more comes. */
    boolean isAtEnd() throws IOException {
      return lines.readLine() == null;
    }

    @Override
    public void close() throws IOException {
      lines.close();
    }
  }

  static String encoded(String value) {
    return URLEncoder.encode(value, StandardCharsets.UTF_8);
  }

  Answer get(String target) {
    return send(request(target).GET());
  }

  Answer send(String method, String target, String contentType, String body) {
    return send(
        request(target)
            .header("Content-Type", contentType)
            .method(method, BodyPublishers.ofString(body)));
  }

  Answer send(String method, String target) {
    return send(request(target).method(method, BodyPublishers.noBody()));
  }

  Answer send(HttpRequest.Builder request) {
    try {
      HttpResponse<String> response = http.send(request.build(), BodyHandlers.ofString());
      return new Answer(response.statusCode(), response.body(), response);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", e);
    }
  }

  Watch watch(String target) throws IOException, InterruptedException {
    HttpResponse<InputStream> response =
        http.send(request(target).GET().build(), BodyHandlers.ofInputStream());
    return new Watch(
        response.statusCode(),
        new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8)));
  }

  HttpRequest.Builder request(String target) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(url.resolve(target)).timeout(PATIENCE).header("Accept", "*/*");
    return token.isEmpty() ? request : request.header("Authorization", "Bearer " + token);
  }
}
