package dev.peatmesh.testkit.dns;

import java.io.Closeable;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The sockets of a server between start and stop: UDP and TCP on one port, each with a thread, one
 * thread more per TCP connection, and one for answers that are delayed.
 */
final class Endpoints {
  private static final Logger LOG = LoggerFactory.getLogger(Endpoints.class);

  /** Further connections wait until one of these ends. */
  private static final int CONNECTIONS_MAX = 64;

  /** A port that is free for UDP may be taken for TCP; so often another is tried. */
  private static final int BIND_TRIES_MAX = 20;

  private static final int DATAGRAM_BYTES_MAX = 65_535;
  private static final int BACKLOG = 64;
  private static final Duration JOIN_MAX = Duration.ofSeconds(5);
  private static final Duration IDLE_MAX = Duration.ofSeconds(10);

  private final Responder responder;
  private final DatagramSocket datagrams;
  private final ServerSocket connections;
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private final Set<Thread> threads = ConcurrentHashMap.newKeySet();
  private final AtomicInteger threadNumbers = new AtomicInteger();
  private final ScheduledThreadPoolExecutor later;

  /** What decides. Called on any thread, several at a time. */
  interface Responder {
    /** The answer to one message; empty for none. */
    Response respond(byte[] query, boolean datagram);
  }

  /**
   * What is sent.
   *
   * @param bytes empty for nothing at all
   */
  record Response(Optional<byte[]> bytes, Duration delay) {}

  private Endpoints(DatagramSocket datagrams, ServerSocket connections, Responder responder) {
    this.responder = responder;
    this.datagrams = datagrams;
    this.connections = connections;
    this.later = new ScheduledThreadPoolExecutor(1, this::thread);
    later.setRejectedExecutionHandler(new ThreadPoolExecutor.DiscardPolicy());
    later.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
  }

  /**
   * Opens both sockets and begins to answer.
   *
   * @param port 0 for any that is free
   */
  static Endpoints open(InetAddress host, int port, Responder responder) {
    for (int i = 1; ; i++) {
      try {
        return open(new InetSocketAddress(host, port), responder);
      } catch (BindException taken) {
        if (port != 0 || i == BIND_TRIES_MAX) {
          throw new UncheckedIOException(
              "DNS server(%s:%d): the port is taken.".formatted(host.getHostAddress(), port),
              taken);
        }
      } catch (IOException failure) {
        throw new UncheckedIOException("DNS server: cannot open its sockets.", failure);
      }
    }
  }

  private static Endpoints open(InetSocketAddress address, Responder responder) throws IOException {
    DatagramSocket datagrams = new DatagramSocket(address);
    try {
      ServerSocket connections =
          new ServerSocket(datagrams.getLocalPort(), BACKLOG, address.getAddress());
      Endpoints endpoints = new Endpoints(datagrams, connections, responder);
      endpoints.run(endpoints::receive);
      endpoints.run(endpoints::accept);
      return endpoints;
    } catch (IOException failure) {
      datagrams.close();
      throw failure;
    }
  }

  InetSocketAddress address() {
    return (InetSocketAddress) datagrams.getLocalSocketAddress();
  }

  /** Closes every socket and waits for every thread. */
  void close() {
    datagrams.close();
    closeQuietly(connections);
    open.forEach(Endpoints::closeQuietly);
    later.shutdownNow();
    try {
      for (Thread thread : threads) {
        thread.join(JOIN_MAX.toMillis());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void receive() {
    byte[] buffer = new byte[DATAGRAM_BYTES_MAX];
    while (!datagrams.isClosed()) {
      DatagramPacket packet = new DatagramPacket(buffer, buffer.length);
      try {
        datagrams.receive(packet);
        byte[] query = Arrays.copyOf(buffer, packet.getLength());
        Response response = responder.respond(query, true);
        response
            .bytes()
            .ifPresent(
                bytes ->
                    after(
                        response.delay(),
                        () ->
                            datagrams.send(
                                new DatagramPacket(
                                    bytes, bytes.length, packet.getSocketAddress()))));
      } catch (IOException failure) {
        LOG.atTrace().setCause(failure).log("DNS datagram");
      }
    }
  }

  private void accept() {
    while (!connections.isClosed()) {
      try {
        Socket socket = connections.accept();
        if (open.size() >= CONNECTIONS_MAX) {
          closeQuietly(socket);
          continue;
        }
        open.add(socket);
        run(() -> serve(socket));
        if (connections.isClosed()) {
          closeQuietly(socket);
        }
      } catch (IOException failure) {
        LOG.atTrace().setCause(failure).log("DNS connection");
      }
    }
  }

  private void serve(Socket socket) {
    try (socket) {
      socket.setSoTimeout((int) IDLE_MAX.toMillis());
      DataInputStream in = new DataInputStream(socket.getInputStream());
      DataOutputStream out = new DataOutputStream(socket.getOutputStream());
      while (true) {
        byte[] query = in.readNBytes(in.readUnsignedShort());
        Response response = responder.respond(query, false);
        if (response.bytes().isEmpty()) {
          return;
        }
        byte[] bytes = response.bytes().get();
        after(
            response.delay(),
            () -> {
              out.writeShort(bytes.length);
              out.write(bytes);
              out.flush();
            });
      }
    } catch (EOFException end) {
      LOG.atTrace().log("DNS connection ended");
    } catch (IOException failure) {
      LOG.atTrace().setCause(failure).log("DNS connection failed");
    } finally {
      open.remove(socket);
      threads.remove(Thread.currentThread());
    }
  }

  private void after(Duration delay, Sending sending) {
    if (delay.isZero()) {
      sending.run();
    } else {
      Future<?> unused = later.schedule(sending::run, delay.toNanos(), TimeUnit.NANOSECONDS);
    }
  }

  private void run(Runnable task) {
    Thread thread = thread(task);
    thread.start();
  }

  private Thread thread(Runnable task) {
    Thread thread =
        new Thread(
            task, "test-dns-" + datagrams.getLocalPort() + "-" + threadNumbers.incrementAndGet());
    thread.setDaemon(true);
    threads.add(thread);
    return thread;
  }

  private static void closeQuietly(Closeable socket) {
    try {
      socket.close();
    } catch (IOException failure) {
      LOG.atTrace().setCause(failure).log("DNS socket close");
    }
  }

  /** Sends an answer; that the client has left is no fault of ours. */
  private interface Sending {
    void send() throws IOException;

    default void run() {
      try {
        send();
      } catch (IOException gone) {
        LOG.atTrace().setCause(gone).log("DNS answer");
      }
    }
  }
}
