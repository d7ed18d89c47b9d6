package dev.peatmesh.crypto;

import java.security.SecureRandom;

/**
 * A number used once: 32 random bytes, 64 lowercase hex digits. It is public; it keeps an old proof
 * from being worth anything again. Immutable.
 */
public record Nonce(String hex) {
  /** Bytes of a nonce. */
  public static final int BYTES = 32;

  public Nonce {
    Hex.check("nonce", hex, BYTES, "Draw it with Nonce.random.");
  }

  /** A fresh one. */
  public static Nonce random(SecureRandom random) {
    byte[] bytes = new byte[BYTES];
    random.nextBytes(bytes);
    return of(bytes);
  }

  /** Takes the 32 bytes that the other side sent. */
  public static Nonce of(byte[] bytes) {
    Hex.checkLength("nonce", bytes, BYTES);
    return new Nonce(Hex.format(bytes));
  }

  /** The 32 bytes. */
  public byte[] bytes() {
    return Hex.parse(hex);
  }

  @Override
  public String toString() {
    return hex;
  }
}
