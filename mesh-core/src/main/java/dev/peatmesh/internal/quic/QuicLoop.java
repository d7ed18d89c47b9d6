package dev.peatmesh.internal.quic;

import dev.peatmesh.runtime.Loop;
import io.netty.channel.EventLoop;
import io.netty.channel.IoEventLoop;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.SingleThreadIoEventLoop;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollDatagramChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.DatagramChannel;
import io.netty.channel.socket.SocketProtocolFamily;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The mesh loop of one node: a thread that waits for datagrams, timers and tasks. What QUIC reports
 * is on the mesh loop already, without a change of threads. Thread-safe.
 *
 * <p>Uses epoll on Linux, else NIO. After {@link #close} further tasks are dropped in silence:
 * whoever closes a loop has told everybody who waits on it.
 */
public final class QuicLoop implements Loop, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(QuicLoop.class);
  private static final Duration CLOSE_PATIENCE = Duration.ofSeconds(5);

  private final boolean epoll;
  private final IoEventLoop eventLoop;
  private final LoopThreads threads;

  /**
   * A loop on a thread named {@code mesh-<node>-loop}.
   *
   * @throws dev.peatmesh.runtime.MeshException.NetworkFailure when this machine cannot run QUIC
   */
  public QuicLoop(String nodeName) {
    QuicPlatform.require();
    threads = new LoopThreads(nodeName);
    epoll = Epoll.isAvailable();
    IoHandlerFactory io = epoll ? EpollIoHandler.newFactory() : NioIoHandler.newFactory();
    eventLoop = new SingleThreadIoEventLoop(null, threads, io);
    LOG.atDebug()
        .addKeyValue("io", epoll ? "epoll" : "nio")
        .addKeyValue("without", Epoll.unavailabilityCause())
        .log("mesh loop starts");
  }

  @Override
  public void execute(Runnable task) {
    try {
      eventLoop.execute(() -> run(task));
    } catch (RejectedExecutionException closed) {
      LOG.atDebug().log("task after close dropped");
    }
  }

  @Override
  public Timer schedule(Duration delay, Runnable task) {
    try {
      Future<?> scheduled =
          eventLoop.schedule(() -> run(task), Math.max(0, delay.toNanos()), TimeUnit.NANOSECONDS);
      return () -> scheduled.cancel(false);
    } catch (RejectedExecutionException closed) {
      LOG.atDebug().log("timer after close dropped");
      return () -> {};
    }
  }

  @Override
  public long nanoTime() {
    return eventLoop.ticker().nanoTime();
  }

  @Override
  public boolean inLoop() {
    return eventLoop.inEventLoop();
  }

  /**
   * Runs the tasks already handed over, closes what sockets are left and ends the thread; waits for
   * at most the given time unless called on the loop.
   */
  public void close(Duration patience) {
    Future<?> ended = eventLoop.shutdownGracefully(0, patience.toNanos(), TimeUnit.NANOSECONDS);
    if (inLoop()) {
      return;
    }
    try {
      if (!ended.await(patience.toNanos(), TimeUnit.NANOSECONDS)) {
        LOG.atWarn().addKeyValue("patience", patience).log("mesh loop is busy and ends later");
        return;
      }
      threads.join(patience);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    close(CLOSE_PATIENCE);
  }

  /** Whether datagrams go through epoll rather than NIO. */
  boolean epoll() {
    return epoll;
  }

  EventLoop eventLoop() {
    return eventLoop;
  }

  /** An unbound UDP socket that this loop can wait on; without a family it takes both if it can. */
  DatagramChannel newSocket(@Nullable SocketProtocolFamily family) {
    return epoll ? new EpollDatagramChannel(family) : new NioDatagramChannel(family);
  }

  private static void run(Runnable task) {
    try {
      task.run();
    } catch (RuntimeException | AssertionError failure) {
      LOG.atError().setCause(failure).log("task on the mesh loop failed");
    }
  }

  /** Gives the one thread its name; Netty's factory makes it one of its fast thread-local kind. */
  private static final class LoopThreads extends DefaultThreadFactory {
    private final String threadName;
    private volatile @Nullable Thread thread;

    LoopThreads(String nodeName) {
      super("mesh-loop", true);
      threadName = "mesh-" + nodeName + "-loop";
    }

    @Override
    protected Thread newThread(Runnable task, String numberedName) {
      Thread created = super.newThread(task, threadName);
      thread = created;
      return created;
    }

    /** The event loop calls itself terminated a moment before its thread is gone. */
    void join(Duration patience) throws InterruptedException {
      Thread started = thread;
      if (started != null) {
        started.join(Math.max(1, patience.toMillis()));
      }
    }
  }
}
