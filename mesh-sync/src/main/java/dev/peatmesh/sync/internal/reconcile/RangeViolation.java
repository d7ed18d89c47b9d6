package dev.peatmesh.sync.internal.reconcile;

/**
 * A message that no correct peer sends.
 *
 * <p>Costs little to throw: it carries no stack trace, since its cause lies in the message and a
 * hostile peer could make us fill one each time.
 */
public final class RangeViolation extends RuntimeException {
  private static final long serialVersionUID = 1L;

  RangeViolation(String reason) {
    super(reason, null, false, false);
  }
}
