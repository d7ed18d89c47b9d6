package dev.peatmesh.testkit.internal;

import dev.peatmesh.internal.transport.Transport;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;

/**
 * The sending half of one side: cuts frames into segments and sends them as far ahead as the other
 * side gave credit.
 */
final class Outbox {
  /** A queue this long means that nobody looks at {@code writable()}. */
  static final long QUEUE_BYTES_MAX = 128L << 20;

  private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

  private final SimulatedConnection connection;
  private final TransportSettings settings;
  private final ArrayDeque<Posted> waiting = new ArrayDeque<>();
  private long nextSequence;
  private long sentBytes;
  private long creditBytes;
  private long queuedBytes;
  private boolean full;

  Outbox(SimulatedConnection connection, TransportSettings settings, long creditBytes) {
    this.connection = connection;
    this.settings = settings;
    this.creditBytes = creditBytes;
  }

  /** The dialler's last word of the handshake; frames sent after it are delivered after it. */
  void finishHandshake() {
    post(new Posted(new Segment(nextSequence++, NOTHING, false), () -> {}));
  }

  /** Takes one frame over: it is copied now, and watched for writes from then on. */
  void send(ByteBuffer frame) {
    int size = frame.remaining();
    if (size < 1 || size > Transport.FRAME_BYTES_MAX) {
      throw new IllegalArgumentException(
          "frame(" + size + " bytes): is not 1 to " + Transport.FRAME_BYTES_MAX + ". Split it.");
    }
    if (queuedBytes + size > QUEUE_BYTES_MAX) {
      throw new AssertionError(
          "send on "
              + connection
              + ": "
              + queuedBytes
              + " bytes are queued already. Look at writable() first.");
    }
    connection.host().meter().frame(frame);
    ByteBuffer given = frame.duplicate();
    ByteBuffer copy = ByteBuffer.allocate(size).put(frame.duplicate()).flip();
    // A buffer that was given away is spent: sending it again fails as an empty frame.
    frame.position(frame.limit());
    queuedBytes += size;
    full |= queuedBytes >= settings.sendHighWaterBytes();
    cut(copy, () -> checkUntouched(given, copy));
    pump();
  }

  /** Not from the high-water mark on until below the low-water mark, as with QUIC. */
  boolean writable() {
    return !full;
  }

  /** The other side has room up to this many bytes since the start. */
  void credit(long bytes) {
    if (bytes > creditBytes) {
      creditBytes = bytes;
      pump();
    }
  }

  void clear() {
    waiting.clear();
  }

  private void cut(ByteBuffer frame, Runnable whenFrameConfirmed) {
    int size = frame.remaining();
    for (int from = 0; from < size; from += Segment.BYTES_MAX) {
      int length = Math.min(Segment.BYTES_MAX, size - from);
      boolean last = from + length == size;
      Segment segment = new Segment(nextSequence++, frame.slice(from, length), last);
      waiting.add(new Posted(segment, last ? whenFrameConfirmed : () -> {}));
    }
  }

  private void pump() {
    while (!waiting.isEmpty()
        && sentBytes + waiting.element().segment().size() <= creditBytes
        && !connection.ended()) {
      Posted next = waiting.remove();
      sentBytes += next.segment().size();
      post(next);
    }
  }

  private void post(Posted posted) {
    Segment segment = posted.segment();
    Inbox destination = connection.peer().inbox();
    Parcel.send(
        connection,
        "data " + segment.sequence() + " " + segment.size() + "B",
        () -> destination.arrived(segment),
        () -> confirmed(posted));
  }

  private void confirmed(Posted posted) {
    posted.whenConfirmed().run();
    queuedBytes -= posted.segment().size();
    if (full && queuedBytes < settings.sendLowWaterBytes()) {
      full = false;
      connection.writableAgain();
    }
  }

  private void checkUntouched(ByteBuffer given, ByteBuffer copy) {
    if (!given.equals(copy)) {
      throw new AssertionError(
          "frame(" + copy.remaining() + " bytes): was changed after send on " + connection);
    }
  }

  /** A segment, and what to do when the other side has it. */
  private record Posted(Segment segment, Runnable whenConfirmed) {}
}
