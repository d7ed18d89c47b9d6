package dev.peatmesh.sync;

import java.util.Arrays;
import javax.security.auth.Destroyable;

/**
 * A key under which a store encrypts what it keeps: 32 random bytes and a name for them.
 * Thread-safe.
 *
 * <p>The bytes belong to the host, which keeps them apart from the data directory, in a key service
 * or a mounted secret. They never show up in a message, a log or {@link #toString}. A mesh reads
 * them while it starts; afterwards the host may {@link #destroy} them.
 */
public final class StoreKey implements Destroyable {
  /** Bytes of a key: AES-256. */
  public static final int BYTES = 32;

  /** The most characters of an id. */
  public static final int ID_MAX = 64;

  private final String id;
  private final byte[] bytes;
  private boolean destroyed;

  private StoreKey(String id, byte[] bytes) {
    this.id = id;
    this.bytes = bytes;
  }

  /**
   * A key.
   *
   * @param id tells it from the keys before and after it, such as {@code 2026-11}; 1 to 64 letters,
   *     digits, dots, hyphens or underscores. Stands in the file in plain text.
   * @param bytes exactly 32, from a random generator made for keys; copied
   */
  public static StoreKey of(String id, byte[] bytes) {
    if (!id.matches("[A-Za-z0-9._-]{1," + ID_MAX + "}")) {
      throw new IllegalArgumentException(
          "storeKey(\""
              + id
              + "\"): is no id. Use 1 to 64 letters, digits, dots, hyphens or underscores.");
    }
    if (bytes.length != BYTES) {
      throw new IllegalArgumentException(
          "storeKey(\""
              + id
              + "\"): has "
              + bytes.length
              + " bytes. Give it exactly 32, for example from openssl rand 32.");
    }
    return new StoreKey(id, bytes.clone());
  }

  /** The name of the key; no secret. */
  public String id() {
    return id;
  }

  /**
   * A copy of the 32 bytes.
   *
   * @throws IllegalStateException when the key was destroyed
   */
  public synchronized byte[] bytes() {
    if (destroyed) {
      throw new IllegalStateException(
          "storeKey(\"" + id + "\"): was destroyed. Destroy it after the mesh has started.");
    }
    return bytes.clone();
  }

  /** Overwrites the bytes. Idempotent. */
  @Override
  public synchronized void destroy() {
    Arrays.fill(bytes, (byte) 0);
    destroyed = true;
  }

  @Override
  public synchronized boolean isDestroyed() {
    return destroyed;
  }

  /** The id, never the bytes. */
  @Override
  public String toString() {
    return "StoreKey(" + id + ")";
  }
}
