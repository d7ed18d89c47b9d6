package dev.peatmesh.benchmarks.child;

import dev.peatmesh.benchmarks.floor.QuicPipe;
import dev.peatmesh.benchmarks.floor.RawDocument;
import dev.peatmesh.benchmarks.floor.SyncedFile;
import io.netty.buffer.ByteBuf;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One Automerge change to and fro: committed, forced to the disk or not, sent as it is, applied and
 * read at the other side, which answers with a change of its own. All of it on the event loops,
 * nothing checked: what nobody who uses these libraries can do better.
 */
final class ChangeGame implements PingPong.Game {
  private static final int MINUTES_MAX = 2;
  private static final int CHUNK_BYTES_EXPECTED = 256;
  private static final String FIELD = "n";

  private final @Nullable SyncedFile disk;
  private @Nullable QuicPipe pipe;
  private @Nullable RawDocument own;
  private @Nullable RawDocument theirs;
  private QuicGame.@Nullable Play play;

  private ChangeGame(@Nullable SyncedFile disk) {
    this.disk = disk;
  }

  static ChangeGame inMemory() {
    return new ChangeGame(null);
  }

  static ChangeGame onDisk(Path file) throws IOException {
    Files.createDirectories(file.toAbsolutePath().getParent());
    return new ChangeGame(new SyncedFile(file));
  }

  @Override
  public int listen() throws Exception {
    pipe = QuicPipe.listen(this::answer);
    return pipe.port();
  }

  @Override
  public void connect(int port) throws Exception {
    pipe = QuicPipe.dial(port, this::returned);
  }

  @Override
  public long[] play(int rounds) throws Exception {
    QuicGame.Play started = new QuicGame.Play(rounds);
    pipe()
        .execute(
            () -> {
              play = started;
              serve(started);
            });
    return started.done.get(MINUTES_MAX, TimeUnit.MINUTES);
  }

  @Override
  public void close() throws IOException {
    if (pipe != null) {
      pipe.close();
    }
    if (disk != null) {
      disk.close();
    }
  }

  private void serve(QuicGame.Play served) {
    served.start = System.nanoTime();
    if (startsDocument(served.rounds())) {
      freshDocuments();
    }
    send(served.rounds());
  }

  private void returned(ByteBuf frame) {
    QuicGame.Play served = play;
    if (served == null) {
      throw new IllegalStateException("a change came that nobody waits for");
    }
    if (receive(frame) != served.rounds()) {
      throw new IllegalStateException("the change is not visible");
    }
    if (served.returned()) {
      serve(served);
    }
  }

  private void answer(ByteBuf frame) {
    if (frame.getBoolean(frame.readerIndex())) {
      freshDocuments();
    }
    send(receive(frame));
  }

  private void send(long number) {
    byte[] chunk = document(own).change(FIELD, Math.toIntExact(number));
    if (disk != null) {
      disk.append(1);
    }
    QuicPipe open = pipe();
    open.send(
        open.frame(CHUNK_BYTES_EXPECTED).writeBoolean(startsDocument(number)).writeBytes(chunk));
  }

  private long receive(ByteBuf frame) {
    byte[] chunk = new byte[frame.skipBytes(1).readableBytes()];
    frame.readBytes(chunk);
    RawDocument changed = document(theirs);
    changed.apply(chunk);
    return changed.number(FIELD);
  }

  private static boolean startsDocument(long number) {
    return number % PingPong.TRIPS_PER_DOCUMENT == 0;
  }

  private void freshDocuments() {
    if (own != null) {
      own.close();
    }
    if (theirs != null) {
      theirs.close();
    }
    own = new RawDocument();
    theirs = new RawDocument();
  }

  private static RawDocument document(@Nullable RawDocument document) {
    if (document == null) {
      throw new IllegalStateException("no play is under way");
    }
    return document;
  }

  private QuicPipe pipe() {
    if (pipe == null) {
      throw new IllegalStateException("change: not connected");
    }
    return pipe;
  }
}
