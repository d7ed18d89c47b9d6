package dev.peatmesh.testkit.discovery;

import dev.peatmesh.discovery.DiscoveryStrategy;
import java.time.Duration;
import java.util.Set;

/**
 * What the strategies of one test look at: a fake server, a folder, a list. It shows the peers it
 * was opened with, and what the test does to it. Called from one thread at a time, which may block.
 *
 * <p>Node ids are lower-case DNS labels of at most 40 characters; the source chooses an address for
 * each. A method is called only when {@link #abilities} names what it needs.
 */
public interface DiscoverySource {
  /** What a test can do to a source. A test that needs more is skipped and says so. */
  enum Ability {
    /** {@link #appear} and {@link #vanish} work; the source may also be opened without a peer. */
    COME_AND_GO,
    /** {@link #change} works. */
    CHANGE,
    /** {@link #fail} and {@link #heal} work. */
    FAIL,
    /** {@link #appearElsewhere} works, and strategies leave other formations out. */
    TELL_FORMATIONS,
    /** {@link #appear} takes a strategy's own node id, and strategies leave themselves out. */
    TELL_SELF
  }

  /** What works here. */
  Set<Ability> abilities();

  /**
   * A new strategy that looks at this source, not started. Give it short intervals: every test
   * waits for it.
   */
  DiscoveryStrategy newStrategy() throws Exception;

  /** Shows one more peer. */
  default void appear(String nodeId) throws Exception {
    throw new UnsupportedOperationException("appear(" + nodeId + ")");
  }

  /** Shows a peer of another formation. */
  default void appearElsewhere(String nodeId, String formationId) throws Exception {
    throw new UnsupportedOperationException("appearElsewhere(" + nodeId + ")");
  }

  /** Gives a peer that is shown another address, relay or metadata; another one at each call. */
  default void change(String nodeId) throws Exception {
    throw new UnsupportedOperationException("change(" + nodeId + ")");
  }

  /** Shows a peer no longer, in good order: it said goodbye, its entry is gone. */
  default void vanish(String nodeId) throws Exception {
    throw new UnsupportedOperationException("vanish(" + nodeId + ")");
  }

  /** Answers nobody from now on, or everybody with an error. What it would show it keeps. */
  default void fail() throws Exception {
    throw new UnsupportedOperationException("fail()");
  }

  /** Answers again. */
  default void heal() throws Exception {
    throw new UnsupportedOperationException("heal()");
  }

  /** What must stand in no message: tokens, passwords. */
  default Set<String> secrets() {
    return Set.of();
  }

  /** How long a test waits for what must come. */
  default Duration patience() {
    return Duration.ofSeconds(30);
  }

  /**
   * How long a test watches for what must not come: twice the time between two looks of the
   * strategy, or more.
   */
  default Duration quiet() {
    return Duration.ofMillis(500);
  }

  /**
   * Whether a thread that the strategy caused belongs to the process as a whole, so that it may
   * outlive the strategy: a library's shared timer, started once and a daemon. Say why where you
   * name one.
   */
  default boolean isShared(Thread thread) {
    return false;
  }

  /** Ends the source. Every strategy is stopped by then. */
  void close() throws Exception;
}
