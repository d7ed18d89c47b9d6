package dev.peatmesh.internal.node;

import dev.peatmesh.internal.network.Resolver;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Resolves host names as this machine does, on threads of its own. The JVM keeps answers for 30 s
 * ({@code networkaddress.cache.ttl}); a dial within that time may see the same answer.
 */
final class SystemResolver implements Resolver, AutoCloseable {
  /** A DNS server that does not answer holds a thread for seconds; others go on. */
  private static final int THREADS = 4;

  /** Questions that wait; further ones count as unresolved and are asked again at the next dial. */
  private static final int QUEUE_MAX = 1_024;

  private static final Duration KEEP_THREAD = Duration.ofSeconds(10);

  private final ThreadPoolExecutor threads;

  SystemResolver(String threadName) {
    threads =
        new ThreadPoolExecutor(
            THREADS,
            THREADS,
            KEEP_THREAD.toSeconds(),
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(QUEUE_MAX),
            task -> {
              Thread thread = new Thread(task, threadName);
              thread.setDaemon(true);
              return thread;
            });
    threads.allowCoreThreadTimeOut(true);
  }

  @Override
  public void resolve(String host, Consumer<List<InetAddress>> answer) {
    try {
      threads.execute(() -> answer.accept(lookUp(host)));
    } catch (RejectedExecutionException full) {
      answer.accept(List.of());
    }
  }

  private static List<InetAddress> lookUp(String host) {
    try {
      return List.of(InetAddress.getAllByName(host));
    } catch (UnknownHostException unknown) {
      return List.of();
    }
  }

  /** Answers nothing more. A thread that waits for a DNS server ends when that gives up. */
  @Override
  public void close() {
    threads.shutdownNow();
  }
}
