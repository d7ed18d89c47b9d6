package dev.peatmesh.discovery.k8s.internal;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Why a request did not bring what it should.
 *
 * @param code the HTTP status; 0 unless {@link Kind#STATUS}
 * @param text what the API or the library said, on one line, without secrets; may be empty
 * @param retryAfter how long the API asks to be left alone; zero when it does not
 */
public record Failure(Kind kind, int code, String text, Duration retryAfter) {
  /** What went wrong. */
  public enum Kind {
    /** The API answered with an error status. */
    STATUS,
    /** No connection. */
    UNREACHABLE,
    /** A connection, and no answer in time. */
    TIMEOUT,
    /** The certificates do not fit. */
    TLS,
    /** What came is not what the API sends. */
    MALFORMED,
    /** The answer exceeds a bound. */
    TOO_LARGE,
    /** There is nothing that says where the API is and who we are. */
    NO_CONFIGURATION,
    /** Watches open and break again at once. */
    UNSTEADY
  }

  private static final int TEXT_CHARS_MAX = 500;
  private static final int UNAUTHORIZED = 401;
  private static final int GONE = 410;
  private static final int TOO_MANY_REQUESTS = 429;
  private static final int SERVER_ERRORS = 500;

  public Failure {
    text = Plain.text(text, TEXT_CHARS_MAX);
  }

  /** One without a status. */
  public static Failure of(Kind kind, @Nullable String text) {
    return new Failure(kind, 0, text == null ? "" : text, Duration.ZERO);
  }

  /** An error status of the API. */
  public static Failure status(int code, String text, Duration retryAfter) {
    return new Failure(Kind.STATUS, code, text, retryAfter);
  }

  boolean isGone() {
    return code == GONE;
  }

  boolean isUnauthorized() {
    return code == UNAUTHORIZED;
  }

  /** Whether a watch may go on where it was: nothing says that what we know is wrong. */
  boolean isPassing() {
    return switch (kind) {
      case STATUS -> code == TOO_MANY_REQUESTS || code >= SERVER_ERRORS;
      case UNREACHABLE, TIMEOUT, UNSTEADY -> true;
      case TLS, MALFORMED, TOO_LARGE, NO_CONFIGURATION -> false;
    };
  }

  /** Whether another client, made of what the files say now, may fare better. */
  boolean asksForAnotherClient() {
    return isUnauthorized() || kind == Kind.TLS || kind == Kind.NO_CONFIGURATION;
  }
}
