package dev.peatmesh.testkit.internal;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The receiving half of one side: puts segments in order, drops those that came before, makes
 * frames of them and stops reading while too many delivered bytes are not consumed.
 */
final class Inbox {
  private final SimulatedConnection connection;
  private final TransportSettings settings;

  /** Segments ahead of their turn; bounded by the credit we gave. */
  private final Map<Long, Segment> early = new HashMap<>();

  private final List<Segment> frameSoFar = new ArrayList<>();
  private long nextSequence;
  private long readBytes;
  private long creditGivenBytes;
  private long releasedBytes;
  private long deliveredBytes;
  private long consumedBytes;

  Inbox(SimulatedConnection connection, TransportSettings settings) {
    this.connection = connection;
    this.settings = settings;
    creditGivenBytes = settings.streamWindowBytes();
  }

  void arrived(Segment segment) {
    if (!settings.inOrder()) {
      takeAsItComes(segment);
    } else if (segment.sequence() >= nextSequence
        && early.putIfAbsent(segment.sequence(), segment) == null) {
      read();
    }
  }

  /** The planted bug: a double counts twice, and what was overtaken comes late. */
  private void takeAsItComes(Segment segment) {
    boolean finishedBefore = segment.size() == 0 && nextSequence++ > 0;
    if (!finishedBefore) {
      readBytes += segment.size();
      take(segment);
      giveCredit();
    }
  }

  /** The listener got a frame of this size. */
  void delivered(int bytes) {
    deliveredBytes += bytes;
  }

  /** The listener has worked off so many bytes. */
  void consumed(int bytes) {
    if (bytes < 0 || consumedBytes + bytes > deliveredBytes) {
      throw new AssertionError(
          "consumed("
              + bytes
              + ") on "
              + connection
              + ": only "
              + (deliveredBytes - consumedBytes)
              + " delivered bytes are open");
    }
    consumedBytes += bytes;
    read();
  }

  void clear() {
    early.clear();
    frameSoFar.clear();
  }

  private void read() {
    while (releasedBytes - consumedBytes <= settings.unconsumedBytesMax()) {
      Segment next = early.remove(nextSequence);
      if (next == null) {
        break;
      }
      nextSequence++;
      readBytes += next.size();
      take(next);
    }
    giveCredit();
  }

  private void take(Segment segment) {
    if (segment.size() == 0) {
      connection.handshakeFinished();
      return;
    }
    frameSoFar.add(segment);
    if (segment.endsFrame()) {
      ByteBuffer frame = joined();
      releasedBytes += frame.remaining();
      connection.release(frame);
    }
  }

  private ByteBuffer joined() {
    ByteBuffer frame = ByteBuffer.allocate(frameSoFar.stream().mapToInt(Segment::size).sum());
    frameSoFar.forEach(segment -> frame.put(segment.bytes().duplicate()));
    frameSoFar.clear();
    return frame.flip();
  }

  /** Told in steps of half the window, as QUIC stacks do: not one packet per frame. */
  private void giveCredit() {
    int window = settings.streamWindowBytes();
    long credit = readBytes + window;
    if (credit - creditGivenBytes >= window / 2 && !connection.ended()) {
      creditGivenBytes = credit;
      Outbox source = connection.peer().outbox();
      Parcel.send(connection, "credit " + credit, () -> source.credit(credit), () -> {});
    }
  }
}
