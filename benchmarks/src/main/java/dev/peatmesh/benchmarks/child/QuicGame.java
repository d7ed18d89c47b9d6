package dev.peatmesh.benchmarks.child;

import dev.peatmesh.benchmarks.floor.QuicPipe;
import io.netty.buffer.ByteBuf;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** 64 bytes to and fro on one QUIC stream, all of it on the event loops. */
final class QuicGame implements PingPong.Game {
  private static final int BYTES = 64;
  private static final int MINUTES_MAX = 2;

  private @Nullable QuicPipe pipe;
  private @Nullable Play play;

  @Override
  public int listen() throws Exception {
    pipe = QuicPipe.listen(this::echo);
    return pipe.port();
  }

  @Override
  public void connect(int port) throws Exception {
    pipe = QuicPipe.dial(port, this::returned);
  }

  @Override
  public long[] play(int rounds) throws Exception {
    Play started = new Play(rounds);
    pipe().execute(() -> serve(started));
    return started.done.get(MINUTES_MAX, TimeUnit.MINUTES);
  }

  @Override
  public void close() {
    if (pipe != null) {
      pipe.close();
    }
  }

  private void serve(Play served) {
    play = served;
    served.start = System.nanoTime();
    pipe().send(pipe().frame(BYTES).writeZero(BYTES));
  }

  private void echo(ByteBuf frame) {
    pipe().send(pipe().frame(BYTES).writeBytes(frame));
  }

  private void returned(ByteBuf frame) {
    Play served = play;
    if (served != null && served.returned()) {
      serve(served);
    }
  }

  private QuicPipe pipe() {
    if (pipe == null) {
      throw new IllegalStateException("quic: not connected");
    }
    return pipe;
  }

  /** Rounds under way; belongs to the event loop. */
  static final class Play {
    final CompletableFuture<long[]> done = new CompletableFuture<>();
    private final long[] nanos;
    private int rounds;
    long start;

    Play(int rounds) {
      nanos = new long[rounds];
    }

    /** Whether there is another round to play. */
    boolean returned() {
      nanos[rounds] = System.nanoTime() - start;
      rounds++;
      if (rounds == nanos.length) {
        done.complete(nanos);
        return false;
      }
      return true;
    }

    int rounds() {
      return rounds;
    }
  }
}
