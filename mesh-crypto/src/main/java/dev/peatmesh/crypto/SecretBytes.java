package dev.peatmesh.crypto;

import java.util.Arrays;
import java.util.function.Function;

/**
 * Bytes that nobody may see, zeroed when they are no longer needed. Thread-safe: one that is
 * destroyed while it is used is used to the end first, never half zeroed.
 */
final class SecretBytes {
  private final String name;
  private final byte[] bytes;
  private boolean destroyed;

  private SecretBytes(String name, byte[] bytes) {
    this.name = name;
    this.bytes = bytes;
  }

  /** Copies the bytes; the caller zeroes its own. */
  static SecretBytes copyOf(String name, byte[] bytes) {
    return new SecretBytes(name, bytes.clone());
  }

  /** Takes the array over: the caller must forget it. */
  static SecretBytes takeOver(String name, byte[] bytes) {
    return new SecretBytes(name, bytes);
  }

  /** Lends the bytes. The borrower neither keeps nor changes the array. */
  synchronized <T> T use(Function<byte[], T> borrower) {
    if (destroyed) {
      throw new IllegalStateException(
          name + ": was destroyed. Destroy a key only after the last use of it.");
    }
    return borrower.apply(bytes);
  }

  synchronized void destroy() {
    Arrays.fill(bytes, (byte) 0);
    destroyed = true;
  }

  synchronized boolean isDestroyed() {
    return destroyed;
  }

  @Override
  public String toString() {
    return name;
  }
}
