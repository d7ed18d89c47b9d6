package dev.peatmesh.testkit.kubernetes.internal;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/**
 * Serves HTTP/1.1 on a port of the loopback interface, one thread for each connection. Closing it
 * closes the plain sockets below everything, so no client can hold it up, and none is left.
 *
 * <p>Not the JDK's HttpServer: its stop waits for a lock that a thread holds while it writes to a
 * client that does not read, and it ends chunked answers properly, where tests want them torn.
 */
public final class HttpListener implements AutoCloseable {
  /** Answers requests; called by many threads at once. */
  public interface Handler {
    /** Answers one request. What it throws ends the connection. */
    void handle(HttpRequest request, HttpExchange exchange) throws IOException;

    /** Answers what could be read, but not taken. */
    void refuse(Refusal refusal, HttpExchange exchange) throws IOException;
  }

  private static final int BACKLOG = 64;

  private final ServerSocket server;
  private final @Nullable SSLContext tls;
  private final Executor threads;
  private final Handler handler;
  private final Set<Socket> connections = ConcurrentHashMap.newKeySet();

  private HttpListener(
      ServerSocket server, @Nullable SSLContext tls, Executor threads, Handler handler) {
    this.server = server;
    this.tls = tls;
    this.threads = threads;
    this.handler = handler;
  }

  /**
   * Opens a port.
   *
   * @param port 0 for any free one
   * @param tls null for plain HTTP
   * @param threads runs connections; refuses when there are too many
   */
  public static HttpListener open(
      int port, @Nullable SSLContext tls, Executor threads, Handler handler) {
    ServerSocket server;
    try {
      server = new ServerSocket();
      // Connections of the last run may linger: the port is ours all the same.
      server.setReuseAddress(true);
      server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), BACKLOG);
    } catch (IOException e) {
      throw new UncheckedIOException(
          "port(%d): cannot be opened on the loopback interface. Use 0 for any free one."
              .formatted(port),
          e);
    }
    HttpListener listener = new HttpListener(server, tls, threads, handler);
    threads.execute(listener::accept);
    return listener;
  }

  /** The port that is open. */
  public int port() {
    return server.getLocalPort();
  }

  @Override
  public void close() {
    closeQuietly(server);
    connections.forEach(HttpListener::closeQuietly);
  }

  private void accept() {
    while (!server.isClosed()) {
      Socket socket;
      try {
        socket = server.accept();
      } catch (IOException e) {
        return;
      }
      connections.add(socket);
      try {
        threads.execute(() -> serve(socket));
      } catch (RejectedExecutionException e) {
        forget(socket);
      }
      if (server.isClosed()) {
        forget(socket);
      }
    }
  }

  private void serve(Socket plain) {
    try (Socket socket = secured(plain)) {
      plain.setTcpNoDelay(true);
      InputStream in = new BufferedInputStream(socket.getInputStream());
      OutputStream out = new BufferedOutputStream(socket.getOutputStream());
      HttpRequestReader reader = new HttpRequestReader(in);
      boolean goesOn = true;
      while (goesOn) {
        goesOn = serveNext(reader, new HttpExchange(plain, in, out, threads));
      }
    } catch (IOException | RejectedExecutionException e) {
      // The client went away, or what it sent is no HTTP, or we close: nobody is left to tell.
    } finally {
      forget(plain);
    }
  }

  private boolean serveNext(HttpRequestReader reader, HttpExchange exchange) throws IOException {
    HttpRequest request;
    try {
      request = reader.read();
    } catch (Refusal refusal) {
      handler.refuse(refusal, exchange);
      return false;
    }
    if (request == null) {
      return false;
    }
    handler.handle(request, exchange);
    return exchange.mayGoOn() && !request.header("connection").equalsIgnoreCase("close");
  }

  private Socket secured(Socket plain) throws IOException {
    if (tls == null) {
      return plain;
    }
    SSLSocket secured =
        (SSLSocket) tls.getSocketFactory().createSocket(plain, null, plain.getPort(), true);
    secured.setUseClientMode(false);
    return secured;
  }

  private void forget(Socket socket) {
    connections.remove(socket);
    closeQuietly(socket);
  }

  private static void closeQuietly(AutoCloseable closed) {
    try {
      closed.close();
    } catch (Exception e) {
      // It is of no use any more, whatever it says.
    }
  }
}
