package dev.peatmesh.discovery.mdns.internal.view;

/** One link that is wanted: open, or tried again later. Belongs to {@link Links}. */
final class Link {
  private static final long SECOND_NANOS = 1_000_000_000L;
  private static final int PAUSE_SECONDS_MAX = 60;

  /** Asked in quick succession at first (RFC 6762, section 5.2), then at the interval. */
  private static final int[] FIRST_PAUSES_SECONDS = {1, 2, 4};

  /** The responder needs 4 s to announce what it has probed. */
  private static final long FIRST_ECHO_NANOS = 15 * SECOND_NANOS;

  /** So many of our own calls unanswered by our own responder: what we send comes nowhere. */
  private static final int ECHOES_MISSED_MAX = 3;

  private final LinkSpec spec;
  private final long intervalNanos;

  private boolean isOpening;
  private boolean isOpen;
  private int failures;
  private boolean isUnheard;
  private String cause = "";
  private long retryNanos;

  private long nextCallNanos;
  private long lastCountedNanos;
  private boolean hasCounted;
  private int calls;
  private int echoesMissed;
  private boolean hasEchoed;
  private long openedNanos;

  Link(LinkSpec spec, long intervalNanos, long nowNanos) {
    this.spec = spec;
    this.intervalNanos = intervalNanos;
    this.retryNanos = nowNanos;
  }

  LinkSpec spec() {
    return spec;
  }

  boolean isOpening() {
    return isOpening;
  }

  boolean isOpen() {
    return isOpen;
  }

  /** Why it is not open or not heard; empty when all is well. */
  String cause() {
    return cause;
  }

  /** Whether it failed because nobody hears what it sends, rather than that it cannot send. */
  boolean isUnheard() {
    return isUnheard;
  }

  /** Whether to open it now; asked once, until it opens or fails. */
  boolean startsToOpen(long nowNanos) {
    if (isOpen || isOpening || nowNanos - retryNanos < 0) {
      return false;
    }
    isOpening = true;
    return true;
  }

  void opened(long nowNanos) {
    isOpening = false;
    isOpen = true;
    calls = 0;
    echoesMissed = 0;
    hasEchoed = false;
    openedNanos = nowNanos;
    nextCallNanos = nowNanos;
  }

  /** Tried again after 1 s, 2 s, 4 s and so on, at most a minute. */
  void failed(String why, boolean sends, long nowNanos) {
    isUnheard = sends;
    isOpening = false;
    isOpen = false;
    cause = why;
    int pause = Math.min(PAUSE_SECONDS_MAX, 1 << Math.min(failures, 6));
    retryNanos = nowNanos + pause * SECOND_NANOS;
    failures++;
  }

  boolean isDueToCall(long nowNanos) {
    return isOpen && nowNanos - nextCallNanos >= 0;
  }

  /** What this node announces was heard on the link, so the others hear it too. */
  void echoed() {
    hasEchoed = true;
    echoesMissed = 0;
    failures = 0;
    cause = "";
  }

  /** Whether what this node says itself is not heard: then nobody hears it. */
  boolean isDeaf(long nowNanos) {
    return isOpen
        && (hasEchoed
            ? echoesMissed > ECHOES_MISSED_MAX
            : nowNanos - openedNanos >= FIRST_ECHO_NANOS);
  }

  /** This node calls; answers whether the call counts. */
  boolean calls(long nowNanos, double jitter) {
    long pause =
        calls < FIRST_PAUSES_SECONDS.length
            ? FIRST_PAUSES_SECONDS[calls] * SECOND_NANOS
            : (long) (intervalNanos * jitter);
    nextCallNanos = nowNanos + Math.min(pause, intervalNanos);
    calls++;
    boolean counts = counts(nowNanos);
    echoesMissed += counts ? 1 : 0;
    return counts;
  }

  /**
   * Another node called: everyone answers to everyone, so this node need not (RFC 6762, section
   * 7.3). Answers whether the call counts: who calls without end must not declare others dead.
   */
  boolean hearsCall(long nowNanos, double jitter) {
    boolean counts = counts(nowNanos);
    if (counts) {
      nextCallNanos = nowNanos + (long) (intervalNanos * jitter);
    }
    return counts;
  }

  private boolean counts(long nowNanos) {
    if (hasCounted && nowNanos - lastCountedNanos < intervalNanos / 2) {
      return false;
    }
    hasCounted = true;
    lastCountedNanos = nowNanos;
    return true;
  }
}
