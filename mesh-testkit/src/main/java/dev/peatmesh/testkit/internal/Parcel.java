package dev.peatmesh.testkit.internal;

/**
 * One packet that is sent again, with growing pauses, until the other side has confirmed it or its
 * connection has ended. It may arrive more than once. A confirmation is a packet too.
 */
final class Parcel {
  private static final long FIRST_PAUSE_NANOS = 100_000_000;
  private static final long LONGEST_PAUSE_NANOS = 1_000_000_000;
  private static final int DOUBLINGS_MAX = 10;

  private final Wire wire;
  private final SimulatedConnection sender;
  private final SimulatedConnection receiver;
  private final String label;
  private final Runnable arrival;
  private final Runnable confirmation;
  private int attempts;
  private boolean confirmed;
  private boolean retryArmed;

  private Parcel(
      SimulatedConnection sender, String content, Runnable arrival, Runnable confirmation) {
    this.wire = sender.wire();
    this.sender = sender;
    this.receiver = sender.peer();
    this.label = "c" + sender.id() + " " + content;
    this.arrival = arrival;
    this.confirmation = confirmation;
  }

  /**
   * Sends a packet on an open connection.
   *
   * @param arrival happens on the other side, at least once if the connection lives on
   * @param confirmation happens on this side, once, when it knows of the arrival
   */
  static void send(
      SimulatedConnection sender, String content, Runnable arrival, Runnable confirmation) {
    new Parcel(sender, content, arrival, confirmation).attempt();
  }

  /** How long a sender waits for a confirmation before it tries again. */
  static long pauseNanos(Wire wire, SimulatedHost from, SimulatedHost to, int attempts) {
    long roundTrip = wire.roundTripMost(from, to);
    long pause = (FIRST_PAUSE_NANOS + roundTrip) << Math.min(attempts, DOUBLINGS_MAX);
    return Math.min(pause, LONGEST_PAUSE_NANOS + roundTrip);
  }

  private void attempt() {
    retryArmed = false;
    if (confirmed || sender.ended()) {
      return;
    }
    // Retries are armed when the simulator knows that no confirmation will come: a timer for each
    // packet that does arrive would double the work and change nothing.
    long retryAtNanos = now() + pauseNanos(wire, sender.host(), receiver.host(), attempts);
    attempts++;
    String packet = attempts == 1 ? label : label + " try " + attempts;
    if (!wire.send(sender.host(), receiver.host(), packet, () -> arrived(retryAtNanos))) {
      retryAt(retryAtNanos);
    }
  }

  private void arrived(long retryAtNanos) {
    boolean confirmationComes = false;
    if (receiver.heard()) {
      arrival.run();
      confirmationComes =
          wire.send(receiver.host(), sender.host(), label + " ack", this::confirmed);
    }
    if (!confirmationComes) {
      retryAt(retryAtNanos);
    }
  }

  private void confirmed() {
    if (sender.heard() && !confirmed) {
      confirmed = true;
      confirmation.run();
    }
  }

  private void retryAt(long atNanos) {
    if (!retryArmed && !confirmed && !sender.ended()) {
      retryArmed = true;
      sender.host().after(atNanos - now(), this::attempt);
    }
  }

  private long now() {
    return sender.host().time().nowNanos();
  }
}
