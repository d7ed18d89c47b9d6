package dev.peatmesh.discovery.dns;

import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.Message;
import org.xbill.DNS.io.IoClientFactory;
import org.xbill.DNS.io.TcpIoClient;
import org.xbill.DNS.io.UdpIoClient;

/**
 * Carries DNS messages on the calling thread, one at a time: the sockets that dnsjava opens itself
 * are served by static threads that no user of it can end without harming the others.
 *
 * <p>Every query has a socket of its own, hence a source port that the system chooses at random
 * (RFC 5452, section 9.2). {@link #close}, from any thread, ends what is under way and refuses what
 * comes later.
 */
final class BlockingClient implements IoClientFactory, UdpIoClient, TcpIoClient, Closeable {
  private static final Closeable CLOSED = () -> {};

  private static final int ID_BYTES = 2;
  private static final int LENGTH_BYTES = 2;

  private final LongSupplier nanoTime;

  /** The socket in use, null between queries, {@link #CLOSED} at the end. */
  private final AtomicReference<@Nullable Closeable> inUse = new AtomicReference<>();

  BlockingClient(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
  }

  @Override
  public UdpIoClient createOrGetUdpClient() {
    return this;
  }

  @Override
  public TcpIoClient createOrGetTcpClient() {
    return this;
  }

  @Override
  public CompletableFuture<byte[]> sendAndReceiveUdp(
      @Nullable InetSocketAddress local,
      InetSocketAddress remote,
      Message query,
      byte[] data,
      int max,
      Duration timeout) {
    try (DatagramSocket socket = use(new DatagramSocket(null))) {
      Deadline deadline = new Deadline(timeout);
      socket.bind(local);
      // Connected, the system drops what others send and reports a port where nobody listens.
      socket.connect(remote);
      socket.send(new DatagramPacket(data, data.length));
      return CompletableFuture.completedFuture(receive(socket, data, max, deadline));
    } catch (IOException failure) {
      return CompletableFuture.failedFuture(failure);
    } finally {
      release();
    }
  }

  @Override
  public CompletableFuture<byte[]> sendAndReceiveTcp(
      @Nullable InetSocketAddress local,
      InetSocketAddress remote,
      Message query,
      byte[] data,
      Duration timeout) {
    try (Socket socket = use(new Socket())) {
      Deadline deadline = new Deadline(timeout);
      socket.bind(local);
      socket.connect(remote, deadline.millisLeft());
      socket.setTcpNoDelay(true);
      socket.getOutputStream().write(framed(data));
      byte[] length = read(socket, LENGTH_BYTES, deadline);
      int bytes = Byte.toUnsignedInt(length[0]) << 8 | Byte.toUnsignedInt(length[1]);
      return CompletableFuture.completedFuture(read(socket, bytes, deadline));
    } catch (IOException failure) {
      return CompletableFuture.failedFuture(failure);
    } finally {
      release();
    }
  }

  @Override
  public void close() throws IOException {
    Closeable current = inUse.getAndSet(CLOSED);
    if (current != null) {
      current.close();
    }
  }

  private <T extends Closeable> T use(T socket) throws IOException {
    if (!inUse.compareAndSet(null, socket)) {
      socket.close();
      throw new IOException("DNS client: is closed.");
    }
    return socket;
  }

  private void release() {
    inUse.getAndUpdate(current -> current == CLOSED ? CLOSED : null);
  }

  /** Waits for the datagram with our id: a stray or forged one must not end the wait. */
  private byte[] receive(DatagramSocket socket, byte[] query, int max, Deadline deadline)
      throws IOException {
    DatagramPacket packet = new DatagramPacket(new byte[max], max);
    while (true) {
      socket.setSoTimeout(deadline.millisLeft());
      packet.setLength(max);
      socket.receive(packet);
      byte[] answer = Arrays.copyOf(packet.getData(), packet.getLength());
      if (answer.length >= ID_BYTES && answer[0] == query[0] && answer[1] == query[1]) {
        return answer;
      }
    }
  }

  private static byte[] read(Socket socket, int bytes, Deadline deadline) throws IOException {
    InputStream in = socket.getInputStream();
    byte[] read = new byte[bytes];
    int have = 0;
    while (have < bytes) {
      // Anew each time: a server that sends a byte now and then gets no longer for it.
      socket.setSoTimeout(deadline.millisLeft());
      int more = in.read(read, have, bytes - have);
      if (more < 0) {
        throw new EOFException("closed after %d of %d bytes".formatted(have, bytes));
      }
      have += more;
    }
    return read;
  }

  /** One write for length and message (RFC 7766, section 8). */
  private static byte[] framed(byte[] message) {
    byte[] framed = new byte[LENGTH_BYTES + message.length];
    framed[0] = (byte) (message.length >> 8);
    framed[1] = (byte) message.length;
    System.arraycopy(message, 0, framed, LENGTH_BYTES, message.length);
    return framed;
  }

  private final class Deadline {
    private final long endNanos;

    Deadline(Duration timeout) {
      this.endNanos = nanoTime.getAsLong() + timeout.toNanos();
    }

    int millisLeft() throws SocketTimeoutException {
      long left = Duration.ofNanos(endNanos - nanoTime.getAsLong()).toMillis();
      if (left <= 0) {
        throw new SocketTimeoutException("the time is up");
      }
      return (int) Math.min(left, Integer.MAX_VALUE);
    }
  }
}
