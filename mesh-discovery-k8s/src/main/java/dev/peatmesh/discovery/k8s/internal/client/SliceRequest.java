package dev.peatmesh.discovery.k8s.internal.client;

import com.google.gson.JsonParseException;
import dev.peatmesh.discovery.k8s.internal.Effect;
import dev.peatmesh.discovery.k8s.internal.Failure;
import dev.peatmesh.discovery.k8s.internal.Input;
import dev.peatmesh.discovery.k8s.internal.Slice;
import dev.peatmesh.discovery.k8s.internal.client.SliceJson.ListPage;
import dev.peatmesh.discovery.k8s.internal.client.SliceJson.WatchEvent;
import io.kubernetes.client.openapi.ApiClient;
import io.kubernetes.client.openapi.ApiException;
import io.kubernetes.client.openapi.apis.DiscoveryV1Api;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import okhttp3.Call;
import okhttp3.OkHttpClient;
import okhttp3.Response;
import okio.BufferedSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One request to the API: made on the thread that may block, cancelled from any. Answers with
 * inputs; says nothing more once it is cancelled, and exactly one last word otherwise.
 *
 * <p>The list and watch calls are the client's, without its Watch and informer: those read without
 * a bound, poll when a watch is refused, and hide what the API said.
 */
final class SliceRequest {
  /** How long a whole list may take. A stopped API server is noticed by this. */
  static final Duration LIST_MAX = Duration.ofSeconds(15);

  static final Duration CONNECT_MAX = Duration.ofSeconds(5);

  /** A page of 50 slices with the 1,000 endpoints that the API allows for each. */
  static final long LIST_BYTES_MAX = 32L << 20;

  /** What etcd takes of one object is 1.5 MiB. */
  static final long EVENT_BYTES_MAX = 4L << 20;

  private static final Logger LOG = LoggerFactory.getLogger("dev.peatmesh.discovery.k8s");

  private final Calls calls;
  private final Effect effect;
  private final AtomicBoolean cancelled = new AtomicBoolean();
  private final AtomicReference<@Nullable Call> running = new AtomicReference<>();

  /** Takes what a request brings; waits until it was dealt with. */
  interface Sink {
    void accept(Input input) throws InterruptedException;
  }

  /** What all requests of one strategy have in common. */
  record Calls(ApiSource source, String namespace, String selector, SliceJson json) {}

  SliceRequest(Calls calls, Effect effect) {
    this.calls = calls;
    this.effect = effect;
  }

  void cancel() {
    cancelled.set(true);
    Call call = running.get();
    if (call != null) {
      call.cancel();
    }
  }

  /** Makes the request. Returns when it is over. */
  void run(Sink sink) throws InterruptedException {
    Input last;
    try {
      last = attempt(sink);
    } catch (IOException | ApiException | RuntimeException e) {
      last = new Input.Failed(number(), Failures.of(e));
    } catch (Error e) {
      // No memory, a class that does not load: without a last word nobody would ever ask again.
      LOG.atError().setCause(e).log("kubernetes discovery: unexpected failure");
      last = new Input.Failed(number(), Failures.of(e));
    }
    if (!cancelled.get()) {
      sink.accept(last);
    }
  }

  private Input attempt(Sink sink) throws IOException, ApiException, InterruptedException {
    ApiClient client;
    try {
      client = calls.source().client();
    } catch (IOException e) {
      return failed(Failure.of(Failure.Kind.NO_CONFIGURATION, e.getMessage()));
    }
    if (effect instanceof Effect.ListPage list) {
      return list(client, list);
    }
    if (effect instanceof Effect.Watch watch) {
      return watch(client, watch, sink);
    }
    throw new AssertionError("unhandled request: " + effect);
  }

  private Input list(ApiClient client, Effect.ListPage list) throws IOException, ApiException {
    DiscoveryV1Api.APIlistNamespacedEndpointSliceRequest asked = request(client);
    if (list.limit() > 0) {
      asked.limit(list.limit());
    }
    if (!list.continueToken().isEmpty()) {
      asked._continue(list.continueToken());
    }
    OkHttpClient http =
        client
            .getHttpClient()
            .newBuilder()
            .connectTimeout(CONNECT_MAX)
            .readTimeout(LIST_MAX)
            .callTimeout(LIST_MAX)
            .build();
    try (Response response = execute(http, asked.buildCall(null))) {
      if (!response.isSuccessful()) {
        return failed(Failures.of(response, calls.json()));
      }
      BoundedInput body = new BoundedInput(response.body().byteStream(), LIST_BYTES_MAX);
      Reader reader = new InputStreamReader(body, StandardCharsets.UTF_8);
      ListPage page = calls.json().list(reader);
      return new Input.Page(
          list.request(), page.slices(), page.resourceVersion(), page.continueToken());
    }
  }

  private Input watch(ApiClient client, Effect.Watch watch, Sink sink)
      throws IOException, ApiException, InterruptedException {
    Call asked =
        request(client)
            .watch(true)
            .allowWatchBookmarks(true)
            .resourceVersion(watch.resourceVersion())
            .timeoutSeconds(Math.toIntExact(watch.time().toSeconds()))
            .buildCall(null);
    // Nothing may come for as long as nothing happens: the state machine keeps the time.
    OkHttpClient http =
        client
            .getHttpClient()
            .newBuilder()
            .connectTimeout(CONNECT_MAX)
            .readTimeout(Duration.ZERO)
            .callTimeout(Duration.ZERO)
            .build();
    try (Response response = execute(http, asked)) {
      if (!response.isSuccessful()) {
        return failed(Failures.of(response, calls.json()));
      }
      sink.accept(new Input.Opened(watch.request()));
      return events(response.body().source(), sink);
    }
  }

  private Input events(BufferedSource source, Sink sink) throws IOException, InterruptedException {
    while (!cancelled.get() && !source.exhausted()) {
      String line = line(source);
      if (line.isBlank()) {
        continue;
      }
      WatchEvent event = calls.json().event(line);
      if (event.status() != null) {
        return failed(Failures.of(event.status()));
      }
      Input input = input(event);
      if (!cancelled.get()) {
        sink.accept(input);
      }
    }
    return new Input.Ended(number());
  }

  private Input input(WatchEvent event) {
    String version = event.resourceVersion();
    return switch (event.type()) {
      case "ADDED", "MODIFIED" -> new Input.Changed(number(), slice(event), version);
      case "DELETED" -> new Input.Deleted(number(), slice(event).name(), version);
      case "BOOKMARK" -> new Input.Bookmark(number(), version);
      default -> throw new JsonParseException("an event of an unknown type");
    };
  }

  private static Slice slice(WatchEvent event) {
    Slice slice = event.slice();
    if (slice == null || slice.name().isEmpty()) {
      throw new JsonParseException("an event about nothing");
    }
    return slice;
  }

  private static String line(BufferedSource source) throws IOException {
    try {
      return source.readUtf8LineStrict(EVENT_BYTES_MAX);
    } catch (EOFException e) {
      if (source.getBuffer().size() > EVENT_BYTES_MAX) {
        throw new BoundedInput.Exceeded(EVENT_BYTES_MAX);
      }
      throw e;
    }
  }

  private Response execute(OkHttpClient http, Call template) throws IOException {
    Call call = http.newCall(template.request());
    running.set(call);
    if (cancelled.get()) {
      throw new IOException("cancelled");
    }
    return call.execute();
  }

  private DiscoveryV1Api.APIlistNamespacedEndpointSliceRequest request(ApiClient client) {
    DiscoveryV1Api.APIlistNamespacedEndpointSliceRequest request =
        new DiscoveryV1Api(client).listNamespacedEndpointSlice(calls.namespace());
    return calls.selector().isEmpty() ? request : request.labelSelector(calls.selector());
  }

  private Input failed(Failure failure) {
    return new Input.Failed(number(), failure);
  }

  private long number() {
    if (effect instanceof Effect.ListPage list) {
      return list.request();
    }
    if (effect instanceof Effect.Watch watch) {
      return watch.request();
    }
    throw new AssertionError("unhandled request: " + effect);
  }
}
