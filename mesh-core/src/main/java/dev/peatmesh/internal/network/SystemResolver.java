package dev.peatmesh.internal.network;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks the operating system, on an executor whose threads may block and whose queue is bounded; a
 * name for which it has no place does not resolve this time. Thread-safe.
 *
 * <p>The JVM keeps answers for {@code networkaddress.cache.ttl} (30 s by default).
 */
public final class SystemResolver implements Resolver {
  private static final Logger LOG = LoggerFactory.getLogger(SystemResolver.class);

  private final Executor executor;

  public SystemResolver(Executor executor) {
    this.executor = executor;
  }

  @Override
  public void resolve(String host, Consumer<List<InetAddress>> answer) {
    try {
      executor.execute(() -> answer.accept(lookUp(host)));
    } catch (RejectedExecutionException full) {
      LOG.atDebug().addKeyValue("host", host).log("no place to resolve a name");
      answer.accept(List.of());
    }
  }

  private static List<InetAddress> lookUp(String host) {
    try {
      return List.of(InetAddress.getAllByName(host));
    } catch (UnknownHostException | SecurityException unresolved) {
      return List.of();
    }
  }
}
