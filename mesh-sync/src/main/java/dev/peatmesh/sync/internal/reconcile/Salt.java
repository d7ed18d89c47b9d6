package dev.peatmesh.sync.internal.reconcile;

/**
 * What shortens fingerprints to 32 bits, differently in each exchange: a multiply-add-shift hash
 * (Dietzfelbinger et al. 1997) of the 128 bits, keyed by the salt.
 *
 * <p>Two different fingerprints have equal tags in one exchange of 2^31, and then not in the next.
 * Nobody can prepare documents that look equal without knowing the salt.
 *
 * @param value unpredictable, and another one for each exchange
 */
record Salt(long value) {
  /** Bytes of a tag on the wire. */
  static final int TAG_BYTES = 4;

  private static final long STEP = 0x9E37_79B9_7F4A_7C15L;

  int tag(Fingerprint fingerprint) {
    long high = (mix(value) | 1) * fingerprint.high();
    long low = (mix(value + STEP) | 1) * fingerprint.low();
    return (int) ((high + low) >>> Integer.SIZE);
  }

  /** The finaliser of SplitMix64 (Steele, Lea and Flood 2014). */
  private static long mix(long seed) {
    long z = (seed ^ (seed >>> 30)) * 0xBF58_476D_1CE4_E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D0_49BB_1331_11EBL;
    return z ^ (z >>> 31);
  }
}
