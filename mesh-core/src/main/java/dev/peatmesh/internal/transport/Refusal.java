package dev.peatmesh.internal.transport;

import dev.peatmesh.RefusalReason;

/**
 * Why a connection did not come about or ended.
 *
 * @param reason the one cause
 * @param detail what was seen: keys, addresses, numbers; never a secret; at most 512 characters
 * @param remote whether the other side said so, rather than we
 */
public record Refusal(RefusalReason reason, String detail, boolean remote) {
  /** The longest detail that is kept. */
  public static final int DETAIL_MAX = 512;

  public Refusal {
    detail = detail.length() > DETAIL_MAX ? detail.substring(0, DETAIL_MAX) : detail;
  }

  /** A refusal of ours. */
  public static Refusal ours(RefusalReason reason, String detail) {
    return new Refusal(reason, detail, false);
  }

  /** A refusal the other side told us. */
  public static Refusal theirs(RefusalReason reason, String detail) {
    return new Refusal(reason, detail, true);
  }
}
