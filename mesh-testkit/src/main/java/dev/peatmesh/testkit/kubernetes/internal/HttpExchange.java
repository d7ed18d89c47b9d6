package dev.peatmesh.testkit.kubernetes.internal;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.Executor;

/**
 * The answer to one request, as good or as bad as the test wants it: whole, cut, one chunk after
 * the other, at a trickle, or none and the connection gone. Used by one thread.
 */
public final class HttpExchange {
  /** Waits between the pieces of a slow answer. */
  public interface Pace {
    /** As fast as it goes. */
    Pace FULL =
        new Pace() {
          @Override
          public int bytesAtOnce() {
            return Integer.MAX_VALUE;
          }

          @Override
          public void pause() {}
        };

    /** The size of a piece, at least 1. */
    int bytesAtOnce();

    /** Comes after every piece. */
    void pause() throws IOException;
  }

  private static final int PADDING_PIECE = 64 << 10;
  private static final int LINGER_MILLIS = 500;
  private static final int LINGER_BYTES = 16 << 20;

  private final Socket socket;
  private final InputStream in;
  private final OutputStream out;
  private final Executor threads;
  private Pace pace = Pace.FULL;
  private boolean chunked;

  /**
   * For one request.
   *
   * @param socket below TLS: closing it takes effect at once, whoever writes
   */
  HttpExchange(Socket socket, InputStream in, OutputStream out, Executor threads) {
    this.socket = socket;
    this.in = in;
    this.out = out;
    this.threads = threads;
  }

  /** From now on the body is written so slowly. */
  public void pace(Pace slow) {
    pace = slow;
  }

  /** Answers whole. */
  public void answer(int status, Map<String, String> headers, String body) throws IOException {
    answer(status, headers, body, 0);
  }

  /** Answers whole, with so much white space before the body's first character. */
  public void answer(int status, Map<String, String> headers, String body, long padding)
      throws IOException {
    byte[] bytes = body.getBytes(UTF_8);
    head(status, headers, "Content-Length: " + (padding + bytes.length));
    byte[] blanks = new byte[PADDING_PIECE];
    Arrays.fill(blanks, (byte) ' ');
    for (long left = padding; left > 0; left -= blanks.length) {
      body(blanks, (int) Math.min(left, blanks.length));
    }
    body(bytes, bytes.length);
  }

  /** Promises the whole body, gives its first half, and hangs up. */
  public void answerHalf(int status, Map<String, String> headers, String body) throws IOException {
    byte[] bytes = body.getBytes(UTF_8);
    head(status, headers, "Content-Length: " + bytes.length);
    body(bytes, bytes.length / 2);
    hangUp();
  }

  /**
   * Begins an answer of unknown length, after which the connection is closed.
   *
   * @param goneAway runs, on another thread, when the client hangs up
   */
  public void begin(int status, Map<String, String> headers, Runnable goneAway) throws IOException {
    head(status, headers, "Transfer-Encoding: chunked\r\nConnection: close");
    chunked = true;
    threads.execute(
        () -> {
          awaitHangUp();
          goneAway.run();
        });
  }

  /** One piece of it. */
  public void chunk(String text) throws IOException {
    byte[] bytes = text.getBytes(UTF_8);
    // One chunk for each piece: a client sees every byte as it comes.
    for (int from = 0; from < bytes.length; ) {
      int length = Math.min(pace.bytesAtOnce(), bytes.length - from);
      out.write((Integer.toHexString(length) + "\r\n").getBytes(ISO_8859_1));
      out.write(bytes, from, length);
      out.write(new byte[] {'\r', '\n'});
      out.flush();
      from += length;
      pace.pause();
    }
  }

  /** Its proper end. */
  public void end() throws IOException {
    out.write("0\r\n\r\n".getBytes(ISO_8859_1));
    out.flush();
    hangUp();
  }

  /**
   * Hangs up after the client has said what it was about to: bytes that nobody reads turn into a
   * reset, which takes the answer with it. Reads a bounded number of bytes, and not for long.
   */
  public void hangUpAfterReading() throws IOException {
    socket.setSoTimeout(LINGER_MILLIS);
    try {
      in.skipNBytes(LINGER_BYTES);
    } catch (IOException e) {
      // It has said all, or is too slow.
    }
    hangUp();
  }

  /** Closes the connection as it stands. */
  public void hangUp() throws IOException {
    socket.close();
  }

  /** Closes the connection with a reset, as a crashed host or a firewall does. */
  public void reset() throws IOException {
    socket.setSoLinger(true, 0);
    socket.close();
  }

  boolean mayGoOn() {
    return !chunked && !socket.isClosed();
  }

  private void awaitHangUp() {
    try {
      // A client has nothing to say while it listens; if it talks, it breaks the rules of HTTP.
      in.read();
      socket.close();
    } catch (IOException e) {
      // It is gone: that is what was awaited.
    }
  }

  private void head(int status, Map<String, String> headers, String framing) throws IOException {
    StringBuilder head = new StringBuilder("HTTP/1.1 ").append(status).append(" \r\n");
    headers.forEach((name, value) -> head.append(name).append(": ").append(value).append("\r\n"));
    head.append(framing).append("\r\n\r\n");
    out.write(head.toString().getBytes(ISO_8859_1));
    out.flush();
  }

  private void body(byte[] bytes, int length) throws IOException {
    for (int from = 0; from < length; ) {
      int piece = Math.min(pace.bytesAtOnce(), length - from);
      out.write(bytes, from, piece);
      out.flush();
      from += piece;
      pace.pause();
    }
  }
}
