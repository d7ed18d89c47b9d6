package dev.peatmesh.internal.quic;

import dev.peatmesh.runtime.MeshException.BadConfiguration;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * How one transport uses the network. Immutable; {@link #defaults} and the {@code with} methods
 * make others.
 *
 * @param bindAddress where connections are accepted; port 0 takes a free one; a wildcard address of
 *     either family accepts both
 * @param idleTimeout after how long without a sign of life a connection is given up; default 5 s
 * @param keepAlive after how long without other traffic a sign of life is sent; default 1 s, at
 *     most half of the idle timeout
 * @param handshakeTimeout how long a connection may take from the first datagram to its open
 *     stream; default 5 s
 * @param connectionsMax how many connections may be open before strangers are refused; default
 *     1,024; dials of our own are not counted against it
 * @param unauthenticatedMax how many of them may be in their handshake; default 64
 * @param streamWindowBytes how many bytes a peer may send ahead of our reading at first; default 1
 *     MiB; the QUIC library lets it grow to 16 MiB while we keep up
 * @param sendHighWaterBytes from how many queued bytes on a connection is not writable; default 1
 *     MiB
 * @param sendLowWaterBytes below how many it is writable again; default 256 KiB
 * @param unconsumedBytesMax how many delivered bytes may be unconsumed before reading stops;
 *     default 8 MiB
 * @param socketBufferBytes what is asked of the kernel for each direction of each UDP socket;
 *     default 4 MiB
 * @param segmentationOffload whether the kernel cuts trains of datagrams (UDP GSO) and joins them
 *     (GRO), where epoll is used; default off: some virtual network devices answer it with EIO,
 *     then the transport falls back
 */
public record QuicSettings(
    InetSocketAddress bindAddress,
    Duration idleTimeout,
    Duration keepAlive,
    Duration handshakeTimeout,
    int connectionsMax,
    int unauthenticatedMax,
    int streamWindowBytes,
    int sendHighWaterBytes,
    int sendLowWaterBytes,
    int unconsumedBytesMax,
    int socketBufferBytes,
    boolean segmentationOffload) {

  public QuicSettings {
    List<String> problems = new ArrayList<>();
    if (bindAddress.isUnresolved()) {
      problems.add(
          "bindAddress(%s): does not resolve. Give an IP address of this machine."
              .formatted(bindAddress.getHostString()));
    }
    atLeast(problems, "idleTimeout", idleTimeout, Duration.ofMillis(200));
    atLeast(problems, "keepAlive", keepAlive, Duration.ofMillis(50));
    atLeast(problems, "handshakeTimeout", handshakeTimeout, Duration.ofMillis(50));
    if (keepAlive.multipliedBy(2).compareTo(idleTimeout) > 0) {
      problems.add(
          "keepAlive(%s): is more than half of idleTimeout(%s); one lost datagram would end idle"
                  .formatted(keepAlive, idleTimeout)
              + " connections. Make it a fifth.");
    }
    atLeast(problems, "connectionsMax", connectionsMax, 1);
    atLeast(problems, "unauthenticatedMax", unauthenticatedMax, 1);
    atLeast(problems, "streamWindowBytes", streamWindowBytes, 16 << 10);
    atLeast(problems, "sendHighWaterBytes", sendHighWaterBytes, 1);
    atLeast(problems, "unconsumedBytesMax", unconsumedBytesMax, 1);
    atLeast(problems, "socketBufferBytes", socketBufferBytes, 64 << 10);
    if (sendLowWaterBytes < 0 || sendLowWaterBytes > sendHighWaterBytes) {
      problems.add(
          "sendLowWaterBytes(%d): must be between 0 and sendHighWaterBytes(%d)."
              .formatted(sendLowWaterBytes, sendHighWaterBytes));
    }
    if (!problems.isEmpty()) {
      throw new BadConfiguration(problems);
    }
  }

  /** The defaults at this address. */
  public static QuicSettings defaults(InetSocketAddress bindAddress) {
    return new QuicSettings(
        bindAddress,
        Duration.ofSeconds(5),
        Duration.ofSeconds(1),
        Duration.ofSeconds(5),
        1024,
        64,
        1 << 20,
        1 << 20,
        256 << 10,
        8 << 20,
        4 << 20,
        false);
  }

  /** The same with other times. */
  public QuicSettings withTimeouts(Duration idle, Duration keepAlive, Duration handshake) {
    return new QuicSettings(
        bindAddress,
        idle,
        keepAlive,
        handshake,
        connectionsMax,
        unauthenticatedMax,
        streamWindowBytes,
        sendHighWaterBytes,
        sendLowWaterBytes,
        unconsumedBytesMax,
        socketBufferBytes,
        segmentationOffload);
  }

  /** The same with other limits on connections from outside. */
  public QuicSettings withConnections(int max, int unauthenticated) {
    return new QuicSettings(
        bindAddress,
        idleTimeout,
        keepAlive,
        handshakeTimeout,
        max,
        unauthenticated,
        streamWindowBytes,
        sendHighWaterBytes,
        sendLowWaterBytes,
        unconsumedBytesMax,
        socketBufferBytes,
        segmentationOffload);
  }

  /** The same with other bounds on what waits in memory. */
  public QuicSettings withBuffers(int streamWindow, int highWater, int lowWater, int unconsumed) {
    return new QuicSettings(
        bindAddress,
        idleTimeout,
        keepAlive,
        handshakeTimeout,
        connectionsMax,
        unauthenticatedMax,
        streamWindow,
        highWater,
        lowWater,
        unconsumed,
        socketBufferBytes,
        segmentationOffload);
  }

  /** The same with segmentation offload on or off. */
  public QuicSettings withSegmentationOffload(boolean on) {
    return new QuicSettings(
        bindAddress,
        idleTimeout,
        keepAlive,
        handshakeTimeout,
        connectionsMax,
        unauthenticatedMax,
        streamWindowBytes,
        sendHighWaterBytes,
        sendLowWaterBytes,
        unconsumedBytesMax,
        socketBufferBytes,
        on);
  }

  private static void atLeast(List<String> problems, String name, Duration value, Duration min) {
    if (value.compareTo(min) < 0) {
      problems.add("%s(%s): must be at least %s.".formatted(name, value, min));
    }
  }

  private static void atLeast(List<String> problems, String name, int value, int min) {
    if (value < min) {
      problems.add("%s(%d): must be at least %d.".formatted(name, value, min));
    }
  }
}
