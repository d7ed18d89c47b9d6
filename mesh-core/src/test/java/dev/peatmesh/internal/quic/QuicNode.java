package dev.peatmesh.internal.quic;

import static org.assertj.core.api.Assertions.assertThat;

import dev.peatmesh.crypto.DeviceKeypair;
import dev.peatmesh.crypto.EndpointId;
import dev.peatmesh.crypto.NodeIdentity;
import dev.peatmesh.internal.transport.Connection;
import dev.peatmesh.internal.transport.Refusal;
import dev.peatmesh.internal.transport.Transport;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** A loop and a transport on loopback, with what they heard. */
final class QuicNode implements AutoCloseable, Transport.AcceptListener {
  static final Duration PATIENCE = Duration.ofSeconds(15);

  final NodeIdentity identity;
  final QuicLoop loop;
  final QuicTransport transport;
  final BlockingQueue<Link> accepted = new LinkedBlockingQueue<>();
  final BlockingQueue<Refused> refused = new LinkedBlockingQueue<>();
  private final boolean consumes;

  /** A connection and what it hears. */
  record Link(Connection connection, Inbox inbox) {
    void send(byte... frame) {
      connection.send(ByteBuffer.wrap(frame));
    }
  }

  /** An attempt from outside that failed. */
  record Refused(InetSocketAddress remote, Refusal refusal) {}

  /** What came of a dial. */
  record Dialled(CompletableFuture<Link> link, CompletableFuture<Refusal> failure) {
    Link connected() throws Exception {
      CompletableFuture<Object> first = CompletableFuture.anyOf(link, failure);
      assertThat(first.get(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isInstanceOf(Link.class);
      return link.join();
    }

    Refusal failed() throws Exception {
      CompletableFuture<Object> first = CompletableFuture.anyOf(link, failure);
      assertThat(first.get(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isInstanceOf(Refusal.class);
      return failure.join();
    }
  }

  QuicNode(String name, QuicSettings settings, boolean consumes) {
    this.consumes = consumes;
    identity = identity(name);
    loop = new QuicLoop(name);
    try {
      transport =
          QuicTransport.open(
              loop, identity, settings, new SecureRandom(), InstantSource.system(), this);
    } catch (RuntimeException failure) {
      loop.close();
      throw failure;
    }
  }

  QuicNode(String name, QuicSettings settings) {
    this(name, settings, true);
  }

  QuicNode(String name) {
    this(name, settings());
  }

  static QuicSettings settings() {
    return QuicSettings.defaults(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
  }

  static NodeIdentity identity(String name) {
    byte[] secret = "a formation secret for the tests".getBytes(StandardCharsets.UTF_8);
    return new NodeIdentity(
        name, DeviceKeypair.fromSeed(secret, name), DeviceKeypair.fromSeed(secret, "iroh:" + name));
  }

  static EndpointId id(String name) {
    return identity(name).endpointId();
  }

  InetSocketAddress address() {
    return transport.localAddress();
  }

  Dialled dial(InetSocketAddress remote, EndpointId... expected) {
    Dialled dialled = new Dialled(new CompletableFuture<>(), new CompletableFuture<>());
    loop.execute(
        () ->
            transport.dial(
                remote,
                Set.of(expected),
                new Transport.DialListener() {
                  @Override
                  public void connected(Connection connection) {
                    dialled.link.complete(heard(connection));
                  }

                  @Override
                  public void failed(Refusal refusal) {
                    dialled.failure.complete(refusal);
                  }
                }));
    return dialled;
  }

  /** Dials the other node; the ends of the connection. */
  Pair connect(QuicNode other) throws Exception {
    Link near = dial(other.address(), other.identity.endpointId()).connected();
    return new Pair(near, other.nextAccepted());
  }

  /** The two ends of one connection. */
  record Pair(Link near, Link far) {}

  Link nextAccepted() throws InterruptedException {
    Link link = accepted.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    assertThat(link).as("a connection within %s", PATIENCE).isNotNull();
    return link;
  }

  Refused nextRefused() throws InterruptedException {
    Refused attempt = refused.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    assertThat(attempt).as("a refusal within %s", PATIENCE).isNotNull();
    return attempt;
  }

  void close(Link link, Refusal refusal) {
    loop.execute(() -> link.connection.close(refusal));
  }

  TransportStats stats() {
    return onLoop(transport::stats);
  }

  <T> T onLoop(Supplier<T> question) {
    CompletableFuture<T> answer = new CompletableFuture<>();
    loop.execute(
        () -> {
          try {
            answer.complete(question.get());
          } catch (Throwable failure) {
            answer.completeExceptionally(failure);
          }
        });
    return answer.orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS).join();
  }

  static void await(String what, BooleanSupplier condition) throws InterruptedException {
    long start = System.nanoTime();
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime() - start).as(what).isLessThan(PATIENCE.toNanos());
      TimeUnit.MILLISECONDS.sleep(2);
    }
  }

  @Override
  public void accepted(Connection connection) {
    accepted.add(heard(connection));
  }

  @Override
  public void refused(InetSocketAddress remote, Refusal refusal) {
    refused.add(new Refused(remote, refusal));
  }

  @Override
  public void close() {
    loop.execute(transport::close);
    transport.closed().orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS).join();
    loop.close();
  }

  private Link heard(Connection connection) {
    Inbox inbox = new Inbox(connection, consumes);
    connection.listen(inbox);
    return new Link(connection, inbox);
  }
}
