package dev.peatmesh.sync.internal.guard;

/**
 * Remote bytes that must not be taken in.
 *
 * <p>Costs little to throw: it carries no stack trace, since its cause lies in the bytes and a
 * hostile peer could make us fill one per message.
 */
public final class GuardException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String reason;

  /** The reason never quotes the bytes. */
  public GuardException(String reason) {
    super("refused: " + reason, null, false, false);
    this.reason = reason;
  }

  /** What is wrong with the bytes, in a few words that never quote them. */
  public String reason() {
    return reason;
  }
}
