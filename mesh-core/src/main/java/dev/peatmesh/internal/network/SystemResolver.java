package dev.peatmesh.internal.network;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks the operating system, on an executor whose threads may block and whose queue is bounded; a
 * name for which it has no place does not resolve this time. Thread-safe.
 *
 * <p>The JVM keeps answers (30 s, failures 10 s, unless set otherwise), so that a peer that moved
 * would be dialled at its old address. It keeps them by spelling, while names are equal whatever
 * the case of their letters (RFC 4343): so each look-up spells the name anew. The system's own
 * cache, which knows the TTL, is asked each time.
 */
public final class SystemResolver implements Resolver {
  private static final Logger LOG = LoggerFactory.getLogger(SystemResolver.class);

  /**
   * So many letters vary, the first of a name. Their 1,024 spellings outlast what the JVM keeps, as
   * dials of one peer are a second apart; and a JVM told to keep answers for ever keeps no more.
   */
  private static final int LETTERS_MAX = 10;

  private final Executor executor;
  private final AtomicInteger lookUps = new AtomicInteger();

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

  private List<InetAddress> lookUp(String host) {
    String spelled = spelled(host, lookUps.getAndIncrement());
    List<InetAddress> found = ask(spelled);
    // Some source may mind the case after all, as the JDK's own file of hosts does.
    return found.isEmpty() && !spelled.equals(host) ? ask(host) : found;
  }

  private static List<InetAddress> ask(String host) {
    try {
      return List.of(InetAddress.getAllByName(host));
    } catch (UnknownHostException | SecurityException unresolved) {
      return List.of();
    }
  }

  /** The name with some of its letters in upper case: each bit of the number is for one letter. */
  static String spelled(String host, int number) {
    if (host.indexOf(':') >= 0) {
      // An IPv6 literal, whose zone is the name of an interface.
      return host;
    }
    StringBuilder spelled = new StringBuilder(host);
    int letters = 0;
    for (int i = 0; i < host.length() && letters < LETTERS_MAX; i++) {
      char c = host.charAt(i);
      if (c >= 'a' && c <= 'z') {
        if ((number >> letters & 1) == 1) {
          spelled.setCharAt(i, (char) (c - 'a' + 'A'));
        }
        letters++;
      }
    }
    return spelled.toString();
  }
}
