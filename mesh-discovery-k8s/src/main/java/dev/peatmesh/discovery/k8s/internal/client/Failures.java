package dev.peatmesh.discovery.k8s.internal.client;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.gson.JsonParseException;
import com.google.gson.stream.MalformedJsonException;
import dev.peatmesh.discovery.k8s.internal.Failure;
import io.kubernetes.client.openapi.models.V1Status;
import io.kubernetes.client.util.exception.TokenAquisitionException;
import java.io.EOFException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.regex.Pattern;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLPeerUnverifiedException;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;

/**
 * Reads what went wrong out of answers and exceptions. What an exception says is shown only where
 * it comes from the network: others may quote a credential.
 */
final class Failures {
  private static final int BODY_BYTES_MAX = 64 * 1024;
  private static final Pattern SECONDS = Pattern.compile("[0-9]{1,6}");

  private Failures() {}

  static Failure of(Exception e) {
    if (e instanceof BoundedInput.Exceeded) {
      return Failure.of(Failure.Kind.TOO_LARGE, e.getMessage());
    }
    if (e instanceof JsonParseException
        && e.getCause() instanceof IOException broken
        && !(broken instanceof EOFException)) {
      // The reader of JSON wraps what happens to the stream under it.
      return of(broken);
    }
    if (e instanceof JsonParseException || e instanceof MalformedJsonException) {
      return Failure.of(Failure.Kind.MALFORMED, describe(e));
    }
    if (e instanceof TokenAquisitionException) {
      return Failure.of(Failure.Kind.NO_CONFIGURATION, "the token cannot be read");
    }
    if (e instanceof SSLHandshakeException || e instanceof SSLPeerUnverifiedException) {
      return Failure.of(Failure.Kind.TLS, rootOf(e).getMessage());
    }
    if (e instanceof InterruptedIOException) {
      return Failure.of(Failure.Kind.TIMEOUT, e.getMessage());
    }
    if (e instanceof EOFException) {
      return Failure.of(Failure.Kind.UNREACHABLE, "the answer broke off");
    }
    if (e instanceof IOException) {
      return Failure.of(Failure.Kind.UNREACHABLE, describe(e));
    }
    return Failure.of(Failure.Kind.MALFORMED, e.getClass().getSimpleName());
  }

  /** What the JVM itself could not do: most likely there was too much to read. */
  static Failure of(Error e) {
    Failure.Kind kind =
        e instanceof VirtualMachineError ? Failure.Kind.TOO_LARGE : Failure.Kind.MALFORMED;
    return Failure.of(kind, e.getClass().getSimpleName());
  }

  /** An answer that is no success. Reads its body, up to a bound. */
  static Failure of(Response response, SliceJson json) {
    V1Status status = null;
    try (BoundedInput body = new BoundedInput(response.body().byteStream(), BODY_BYTES_MAX)) {
      status = json.status(new String(body.readAllBytes(), UTF_8));
    } catch (IOException tellsNoMore) {
      // The status code is enough.
    }
    return Failure.status(
        response.code(), text(status), retryAfter(response.header("Retry-After")));
  }

  /** An error that came as an event of a watch. */
  static Failure of(V1Status status) {
    Integer code = status.getCode();
    boolean fits = code != null && code >= 100 && code <= 599;
    return Failure.status(code != null && fits ? code : 500, text(status), Duration.ZERO);
  }

  private static String text(@Nullable V1Status status) {
    return status == null || status.getMessage() == null ? "" : status.getMessage();
  }

  /** Seconds only; the API sends no dates. */
  private static Duration retryAfter(@Nullable String header) {
    return header != null && SECONDS.matcher(header).matches()
        ? Duration.ofSeconds(Long.parseLong(header))
        : Duration.ZERO;
  }

  private static String describe(Exception e) {
    return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
  }

  private static Throwable rootOf(Throwable thrown) {
    Throwable root = thrown;
    for (int depth = 0; depth < 16 && root.getCause() != null; depth++) {
      root = root.getCause();
    }
    return root;
  }
}
