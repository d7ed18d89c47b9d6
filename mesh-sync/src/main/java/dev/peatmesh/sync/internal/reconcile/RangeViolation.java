package dev.peatmesh.sync.internal.reconcile;

/**
 * A message that no correct peer sends. An {@link IllegalArgumentException}, as every other value
 * from a frame that cannot be, so that whoever decodes frames needs to know no more than that.
 *
 * <p>Costs little to throw: it carries no stack trace, since its cause lies in the message and a
 * hostile peer could make us fill one each time.
 */
public final class RangeViolation extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  RangeViolation(String reason) {
    super(reason);
  }

  @Override
  public Throwable fillInStackTrace() {
    return this;
  }
}
