package dev.peatmesh.discovery.dns;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.xbill.DNS.Message;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.SimpleResolver;
import org.xbill.DNS.WireParseException;
import org.xbill.DNS.io.IoClientFactory;

/**
 * The DNS servers, tried in turn until one says something about the name. One that did not answer
 * is asked after the others for a while; then it has its place again, for the first in the list is
 * the one that was meant. Belongs to one thread.
 */
final class Servers {
  /** So long a server that failed stands behind the others. */
  private static final Duration SHUNNED = Duration.ofSeconds(10);

  /** A datagram may get lost, and that alone says nothing. */
  private static final int TRIES = 2;

  private final List<Server> servers;
  private final Duration timeout;
  private final LongSupplier nanoTime;

  Servers(
      List<InetSocketAddress> addresses,
      Duration timeout,
      IoClientFactory client,
      LongSupplier nanoTime) {
    this.servers = addresses.stream().map(address -> new Server(address, timeout, client)).toList();
    this.timeout = timeout;
    this.nanoTime = nanoTime;
  }

  /**
   * The first answer that is one, NOERROR or NXDOMAIN.
   *
   * @throws NoAnswerException when there is none
   */
  Message ask(Message query) throws NoAnswerException {
    Map<Server, String> failures = new LinkedHashMap<>();
    boolean silent = true;
    for (int i = 0; i < TRIES && silent; i++) {
      for (Server server : inOrder()) {
        try {
          Message answer = server.ask(query);
          if (isAnswer(answer)) {
            server.failed = false;
            return answer;
          }
          silent = false;
          failures.put(server, "answers " + Rcode.string(answer.getRcode()));
        } catch (WireParseException unreadable) {
          silent = false;
          failures.put(server, "sends what is no answer");
        } catch (IOException failure) {
          failures.put(server, described(failure));
        }
        server.failed = true;
        server.failedNanos = nanoTime.getAsLong();
      }
    }
    throw new NoAnswerException(
        failures.entrySet().stream()
            .map(entry -> entry.getKey() + " " + entry.getValue())
            .collect(Collectors.joining(", ")),
        silent);
  }

  private List<Server> inOrder() {
    long now = nanoTime.getAsLong();
    // A stable sort: false comes before true, and the order among equals stays.
    return servers.stream().sorted(Comparator.comparing(server -> server.isShunned(now))).toList();
  }

  private static boolean isAnswer(Message message) {
    return message.getRcode() == Rcode.NOERROR || message.getRcode() == Rcode.NXDOMAIN;
  }

  private String described(IOException failure) {
    if (failure instanceof SocketTimeoutException) {
      return "does not answer within " + timeout.toMillis() + " ms";
    }
    return failure instanceof SocketException
        ? "cannot be reached (" + failure.getMessage() + ")"
        : "fails (" + failure.getMessage() + ")";
  }

  /** No server said anything about the name. */
  static final class NoAnswerException extends IOException {
    private static final long serialVersionUID = 1;

    private final String reason;
    private final boolean silent;

    NoAnswerException(String reason, boolean silent) {
      super(reason);
      this.reason = reason;
      this.silent = silent;
    }

    /** Why, server by server. */
    String reason() {
      return reason;
    }

    /** Whether not one of them said anything at all. */
    boolean isSilent() {
      return silent;
    }
  }

  private static final class Server {
    private final InetSocketAddress address;
    private final SimpleResolver resolver;
    private boolean failed;
    private long failedNanos;

    Server(InetSocketAddress address, Duration timeout, IoClientFactory client) {
      this.address = address;
      this.resolver = new SimpleResolver(address);
      resolver.setTimeout(timeout);
      resolver.setIoClientFactory(client);
    }

    boolean isShunned(long now) {
      return failed && now - failedNanos < SHUNNED.toNanos();
    }

    /** Over TCP where the answer over UDP is cut; the id and the question are checked. */
    Message ask(Message query) throws IOException {
      try {
        return resolver.sendAsync(query, Runnable::run).toCompletableFuture().join();
      } catch (CompletionException e) {
        if (e.getCause() instanceof IOException failure) {
          throw failure;
        }
        throw new WireParseException("unreadable answer", e.getCause());
      }
    }

    @Override
    public String toString() {
      String host = address.getAddress().getHostAddress();
      return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + address.getPort();
    }
  }
}
