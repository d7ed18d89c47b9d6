package dev.peatmesh.internal.quic;

import dev.peatmesh.RefusalReason;
import dev.peatmesh.internal.transport.Connection;
import dev.peatmesh.internal.transport.Refusal;
import dev.peatmesh.internal.transport.Transport;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * Measures the transport against a bare UDP ping-pong of the same run, in two JVMs on loopback. Run
 * the class by hand; arguments: rounds (default 50,000), bulk megabytes (default 512), {@code
 * offload} to switch segmentation offload on.
 */
final class QuicMeasure {
  private static final int PING_BYTES = 64;
  private static final int BULK_FRAME_BYTES = 64 << 10;

  private QuicMeasure() {}

  public static void main(String[] args) throws Exception {
    if (args.length > 0 && args[0].equals("serve")) {
      serve(Arrays.asList(args).contains("offload"));
      return;
    }
    int rounds = args.length > 0 ? Integer.parseInt(args[0]) : 50_000;
    int megabytes = args.length > 1 ? Integer.parseInt(args[1]) : 512;
    boolean offload = Arrays.asList(args).contains("offload");
    Process other =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m",
                "-cp",
                System.getProperty("java.class.path"),
                QuicMeasure.class.getName(),
                "serve",
                offload ? "offload" : "plain")
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try (QuicNode node = new QuicNode("near", settings(offload), false)) {
      String[] ports = other.inputReader().readLine().split(" ");
      int udpPort = Integer.parseInt(ports[0]);
      int quicPort = Integer.parseInt(ports[1]);
      for (int pass = 0; pass < 3; pass++) {
        measure(node, other.toHandle(), udpPort, quicPort, rounds, megabytes);
      }
    } finally {
      other.destroy();
      other.waitFor();
    }
  }

  private static QuicSettings settings(boolean offload) {
    return QuicNode.settings().withSegmentationOffload(offload);
  }

  private static void measure(
      QuicNode node, ProcessHandle other, int udpPort, int quicPort, int rounds, int megabytes)
      throws Exception {
    double before = cpuSeconds(other);
    report("UDP round trip", udp(udpPort, rounds));
    double between = cpuSeconds(other);
    Ball ball = connect(node, quicPort);
    report("frame round trip", ball.onLoop(node, rounds));
    double after = cpuSeconds(other);
    System.out.printf(
        Locale.ROOT,
        "  processor time           UDP %.1f us, frame %.1f us%n",
        (between - before) * 1e6 / rounds,
        (after - between) * 1e6 / rounds);
    report("  from another thread", ball.fromOutside(rounds));
    double bulkStart = cpuSeconds(other);
    ball.bulk(megabytes);
    System.out.printf(
        Locale.ROOT,
        "  processor time           %.2f ms/MB%n",
        (cpuSeconds(other) - bulkStart) * 1e3 / megabytes);
    node.loop.execute(() -> ball.connection.close(Refusal.ours(RefusalReason.LEFT, "done")));
    report("dial to connected", connects(node, quicPort));
  }

  /** Of both processes: says more than the clock on a machine that is busy with other things. */
  private static double cpuSeconds(ProcessHandle other) {
    Duration ours = ProcessHandle.current().info().totalCpuDuration().orElse(Duration.ZERO);
    Duration theirs = other.info().totalCpuDuration().orElse(Duration.ZERO);
    return ours.plus(theirs).toNanos() / 1e9;
  }

  private static long[] connects(QuicNode node, int port) throws Exception {
    long[] nanos = new long[200];
    for (int i = 0; i < nanos.length; i++) {
      long start = System.nanoTime();
      Ball ball = connect(node, port);
      nanos[i] = System.nanoTime() - start;
      node.loop.execute(() -> ball.connection.close(Refusal.ours(RefusalReason.LEFT, "done")));
    }
    return nanos;
  }

  private static void report(String what, long[] nanos) {
    Arrays.sort(nanos);
    System.out.printf(
        Locale.ROOT,
        "%-24s p50 %6.1f us   p99 %6.1f us%n",
        what,
        nanos[nanos.length / 2] / 1e3,
        nanos[nanos.length * 99 / 100] / 1e3);
  }

  private static long[] udp(int port, int rounds) throws IOException {
    try (DatagramSocket socket = new DatagramSocket()) {
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
      DatagramPacket packet = new DatagramPacket(new byte[PING_BYTES], PING_BYTES);
      long[] nanos = new long[rounds];
      for (int i = 0; i < rounds; i++) {
        long sent = System.nanoTime();
        socket.send(packet);
        socket.receive(packet);
        nanos[i] = System.nanoTime() - sent;
      }
      return nanos;
    }
  }

  private static Ball connect(QuicNode node, int port) throws Exception {
    Ball ball = new Ball();
    CountDownLatch connected = new CountDownLatch(1);
    node.loop.execute(
        () ->
            node.transport.dial(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), port),
                Set.of(QuicNode.id("far")),
                new Transport.DialListener() {
                  @Override
                  public void connected(Connection connection) {
                    ball.connection = connection;
                    connection.listen(ball);
                    connected.countDown();
                  }

                  @Override
                  public void failed(Refusal refusal) {
                    throw new AssertionError(refusal);
                  }
                }));
    connected.await();
    return ball;
  }

  /** Throws frames and has them thrown back. */
  private static final class Ball implements Connection.Listener {
    private Connection connection;
    private volatile Consumer<ByteBuffer> caught = frame -> {};
    private volatile Runnable again = () -> {};

    /** As the mesh does: everything on the loop. */
    long[] onLoop(QuicNode node, int rounds) throws InterruptedException {
      long[] nanos = new long[rounds];
      long[] sent = new long[1];
      AtomicInteger round = new AtomicInteger();
      CountDownLatch done = new CountDownLatch(1);
      caught =
          frame -> {
            int i = round.getAndIncrement();
            nanos[i] = System.nanoTime() - sent[0];
            if (i + 1 == rounds) {
              done.countDown();
              return;
            }
            sent[0] = System.nanoTime();
            connection.send(ByteBuffer.allocate(PING_BYTES));
          };
      node.loop.execute(
          () -> {
            sent[0] = System.nanoTime();
            connection.send(ByteBuffer.allocate(PING_BYTES));
          });
      done.await();
      return nanos;
    }

    /** One hop more on this side: a thread that spins for the answer. */
    long[] fromOutside(int rounds) {
      long[] nanos = new long[rounds];
      AtomicInteger round = new AtomicInteger();
      caught = frame -> round.incrementAndGet();
      for (int i = 0; i < rounds; i++) {
        long sent = System.nanoTime();
        connection.send(ByteBuffer.allocate(PING_BYTES));
        while (round.get() == i) {
          Thread.onSpinWait();
        }
        nanos[i] = System.nanoTime() - sent;
      }
      return nanos;
    }

    /** One way; the other side answers the last frame only. */
    void bulk(int megabytes) throws InterruptedException {
      CountDownLatch done = new CountDownLatch(1);
      caught = frame -> done.countDown();
      int frames = (megabytes << 20) / BULK_FRAME_BYTES;
      AtomicInteger sent = new AtomicInteger();
      long start = System.nanoTime();
      Runnable pump =
          () -> {
            while (connection.writable() && sent.get() < frames) {
              byte[] frame = new byte[BULK_FRAME_BYTES];
              frame[0] = (byte) (sent.incrementAndGet() == frames ? 2 : 1);
              connection.send(ByteBuffer.wrap(frame));
            }
          };
      again = pump;
      pump.run();
      done.await();
      again = () -> {};
      double seconds = (System.nanoTime() - start) / 1e9;
      System.out.printf(
          Locale.ROOT,
          "%-24s %8.0f MB/s%n",
          "bulk",
          (double) frames * BULK_FRAME_BYTES / 1e6 / seconds);
    }

    @Override
    public void frame(ByteBuffer frame) {
      connection.consumed(frame.remaining());
      caught.accept(frame);
    }

    @Override
    public void writableAgain() {
      again.run();
    }

    @Override
    public void closed(Refusal refusal) {}
  }

  private static void serve(boolean offload) throws Exception {
    DatagramSocket udp = new DatagramSocket(0, InetAddress.getLoopbackAddress());
    Thread echo = new Thread(() -> echo(udp), "udp-echo");
    echo.setDaemon(true);
    echo.start();
    QuicLoop loop = new QuicLoop("far");
    QuicTransport transport =
        QuicTransport.open(
            loop,
            QuicNode.identity("far"),
            settings(offload),
            new SecureRandom(),
            InstantSource.system(),
            new Echo());
    System.out.println(udp.getLocalPort() + " " + transport.localAddress().getPort());
    Thread.currentThread().join();
  }

  private static void echo(DatagramSocket socket) {
    DatagramPacket packet = new DatagramPacket(new byte[PING_BYTES], PING_BYTES);
    try {
      while (true) {
        socket.receive(packet);
        socket.send(packet);
      }
    } catch (IOException closed) {
      throw new UncheckedIOException(closed);
    }
  }

  /** Returns what starts with 0, swallows 1, and answers 2 with a byte. */
  private static final class Echo implements Transport.AcceptListener {
    @Override
    public void accepted(Connection connection) {
      connection.listen(
          new Connection.Listener() {
            @Override
            public void frame(ByteBuffer frame) {
              connection.consumed(frame.remaining());
              if (frame.get(frame.position()) == 0) {
                connection.send(frame);
              } else if (frame.get(frame.position()) == 2) {
                connection.send(ByteBuffer.allocate(1));
              }
            }

            @Override
            public void writableAgain() {}

            @Override
            public void closed(Refusal refusal) {}
          });
    }

    @Override
    public void refused(InetSocketAddress remote, Refusal refusal) {
      throw new AssertionError(refusal);
    }
  }
}
