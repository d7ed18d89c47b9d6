package dev.peatmesh.e2e.kubernetes;

import com.google.gson.Gson;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.kubernetes.client.openapi.ApiClient;
import io.kubernetes.client.openapi.ApiException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.StreamSupport;
import okhttp3.Call;
import okhttp3.Response;
import okio.BufferedSource;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** The Kubernetes API by path and JSON, and manifests as a user would apply them. Thread-safe. */
final class Api {
  private static final String[] AUTHENTICATION = {"BearerToken"};

  private final ApiClient client;

  /** The API said no. */
  static final class Refused extends RuntimeException {
    private static final long serialVersionUID = 1;

    final int code;

    Refused(String request, int code, String answer) {
      super(request + ": " + code + " " + answer);
      this.code = code;
    }
  }

  Api(ApiClient client) {
    this.client = client;
  }

  boolean isReady() {
    try {
      send("GET", "/readyz", null, "application/json");
      return true;
    } catch (Refused | UncheckedIOException notYet) {
      return false;
    }
  }

  JsonObject get(String path) {
    return object(send("GET", path, null, "application/json"));
  }

  List<JsonObject> list(String path) {
    return StreamSupport.stream(get(path).getAsJsonArray("items").spliterator(), false)
        .map(JsonElement::getAsJsonObject)
        .toList();
  }

  JsonObject create(String path, JsonObject object) {
    return object(send("POST", path, object, "application/json"));
  }

  JsonObject replace(String path, JsonObject object) {
    return object(send("PUT", path, object, "application/json"));
  }

  /** A merge patch (RFC 7396), written as YAML. */
  JsonObject patch(String path, String yaml) {
    return object(send("PATCH", path, json(yaml), "application/merge-patch+json"));
  }

  void delete(String path) {
    send("DELETE", path, null, "application/json");
  }

  /** Creates every object of a manifest. */
  void apply(String manifest) {
    for (Object document : yaml().loadAll(manifest)) {
      JsonObject object = new Gson().toJsonTree(document).getAsJsonObject();
      create(collection(object), object);
    }
  }

  /** Creates every object of a manifest that names no namespace, as kubectl -n does. */
  void applyIn(String namespace, String manifest) {
    for (Object document : yaml().loadAll(manifest)) {
      JsonObject object = new Gson().toJsonTree(document).getAsJsonObject();
      object.getAsJsonObject("metadata").addProperty("namespace", namespace);
      create(collection(object), object);
    }
  }

  /** Hands over each event of a watch, until the watch ends or the thread is interrupted. */
  void watch(String path, Consumer<JsonObject> handler) {
    Call call =
        client
            .getHttpClient()
            .newBuilder()
            .readTimeout(Duration.ZERO)
            .build()
            .newCall(call("GET", path + "?watch=true", null, "application/json").request());
    try (Response response = call.execute()) {
      BufferedSource lines = response.body().source();
      String line = lines.readUtf8Line();
      while (line != null && !Thread.currentThread().isInterrupted()) {
        handler.accept(object(line));
        line = lines.readUtf8Line();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static JsonObject json(String yaml) {
    return new Gson().toJsonTree(yaml().<Object>load(yaml)).getAsJsonObject();
  }

  private static Yaml yaml() {
    return new Yaml(new SafeConstructor(new LoaderOptions()));
  }

  private String send(String method, String path, @Nullable JsonObject body, String contentType) {
    try (Response response = call(method, path, body, contentType).execute()) {
      String answer = response.body().string();
      if (!response.isSuccessful()) {
        throw new Refused(method + " " + path, response.code(), answer);
      }
      return answer;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Call call(String method, String path, @Nullable JsonObject body, String contentType) {
    Map<String, String> headers = new HashMap<>();
    headers.put("Accept", "application/json");
    headers.put("Content-Type", contentType);
    try {
      return client.buildCall(
          null,
          path,
          method,
          List.of(),
          List.of(),
          body,
          headers,
          Map.of(),
          Map.of(),
          AUTHENTICATION,
          null);
    } catch (ApiException e) {
      throw new IllegalStateException(e);
    }
  }

  private static JsonObject object(String json) {
    return JsonParser.parseString(json).getAsJsonObject();
  }

  /** Where objects of that kind are created. */
  private static String collection(JsonObject object) {
    String version = object.get("apiVersion").getAsString();
    String kind = object.get("kind").getAsString().toLowerCase(Locale.ROOT);
    JsonObject metadata = object.getAsJsonObject("metadata");
    String namespace =
        metadata.has("namespace") ? "/namespaces/" + metadata.get("namespace").getAsString() : "";
    return (version.contains("/") ? "/apis/" : "/api/") + version + namespace + "/" + kind + "s";
  }
}
