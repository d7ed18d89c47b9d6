package dev.peatmesh.testkit.kubernetes.internal;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.ProtocolException;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads requests of HTTP/1.1 (RFC 9112), one after the other. Every length is checked before memory
 * is taken.
 */
final class HttpRequestReader {
  /** The longest body, in bytes: the limit of a real API server. */
  static final int BODY_BYTES_MAX = 3 << 20;

  private static final int HEAD_BYTES_MAX = 64 << 10;
  private static final int HEADERS_MAX = 100;

  private final InputStream in;

  HttpRequestReader(InputStream in) {
    this.in = in;
  }

  /**
   * The next request; null when the client has hung up.
   *
   * @throws ProtocolException when what comes is no HTTP that this server speaks
   * @throws Refusal when the body is too large
   */
  @Nullable HttpRequest read() throws IOException {
    Head head = new Head();
    String start = head.line();
    if (start == null) {
      return null;
    }
    String[] parts = start.split(" ", -1);
    if (parts.length != 3 || !parts[1].startsWith("/") || !parts[2].startsWith("HTTP/1.")) {
      throw new ProtocolException("http: is no request line of HTTP/1.1.");
    }
    Map<String, String> headers = headers(head);
    String target = parts[1];
    int mark = target.indexOf('?');
    return new HttpRequest(
        parts[0],
        mark < 0 ? target : target.substring(0, mark),
        mark < 0 ? "" : target.substring(mark + 1),
        headers,
        body(headers));
  }

  private static Map<String, String> headers(Head head) throws IOException {
    Map<String, String> headers = new HashMap<>();
    for (String line = head.line(); line != null && !line.isEmpty(); line = head.line()) {
      int colon = line.indexOf(':');
      if (colon < 1 || headers.size() == HEADERS_MAX) {
        throw new ProtocolException("http: a header cannot be read, or there are too many.");
      }
      String name = line.substring(0, colon).toLowerCase(Locale.ROOT);
      headers.merge(name, line.substring(colon + 1).strip(), (a, b) -> a + ", " + b);
    }
    return headers;
  }

  private String body(Map<String, String> headers) throws IOException {
    if (headers.getOrDefault("transfer-encoding", "").equalsIgnoreCase("chunked")) {
      return chunkedBody();
    }
    long length;
    try {
      length = Long.parseLong(headers.getOrDefault("content-length", "0"));
    } catch (NumberFormatException e) {
      throw new ProtocolException("http: the content length is no number.");
    }
    return new String(exactly(length, BODY_BYTES_MAX), UTF_8);
  }

  private String chunkedBody() throws IOException {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    while (true) {
      String size = new Head().line();
      long length;
      try {
        length = size == null ? -1 : Long.parseLong(size.split(";", 2)[0].strip(), 16);
      } catch (NumberFormatException e) {
        throw new ProtocolException("http: the size of a chunk is no number.");
      }
      body.write(exactly(length, BODY_BYTES_MAX - body.size()));
      String end = new Head().line();
      if (end == null || !end.isEmpty()) {
        throw new ProtocolException("http: a chunk does not end where it says.");
      }
      if (length == 0) {
        return body.toString(UTF_8);
      }
    }
  }

  private byte[] exactly(long length, int max) throws IOException {
    if (length < 0) {
      throw new ProtocolException("http: a length is negative.");
    }
    if (length > max) {
      throw Refusal.tooLargeBody(BODY_BYTES_MAX);
    }
    byte[] bytes = in.readNBytes((int) length);
    if (bytes.length < length) {
      throw new EOFException("http: the client hung up within a body.");
    }
    return bytes;
  }

  /** The lines before a body, bounded together. */
  private final class Head {
    private int left = HEAD_BYTES_MAX;

    /** The next line without its end; null when nothing comes any more. */
    @Nullable String line() throws IOException {
      ByteArrayOutputStream line = new ByteArrayOutputStream();
      for (int b = in.read(); b >= 0; b = in.read()) {
        if (b == '\n') {
          String text = line.toString(ISO_8859_1);
          return text.endsWith("\r") ? text.substring(0, text.length() - 1) : text;
        }
        if (left-- == 0) {
          throw new ProtocolException("http: the head is too long.");
        }
        line.write(b);
      }
      return null;
    }
  }
}
