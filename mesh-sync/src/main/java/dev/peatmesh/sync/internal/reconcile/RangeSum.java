package dev.peatmesh.sync.internal.reconcile;

/** How many documents there are, and their fingerprint. */
record RangeSum(int count, Fingerprint fingerprint) {
  static final RangeSum NOTHING = new RangeSum(0, Fingerprint.EMPTY);

  RangeSum plus(RangeSum other) {
    return new RangeSum(count + other.count, fingerprint.plus(other.fingerprint));
  }
}
