package dev.peatmesh.sync.internal.store;

import dev.peatmesh.sync.internal.guard.ActorId;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.random.RandomGenerator;

/** Makes actor ids: which device it is, and which of its lives. */
public final class Actors {
  /** Bytes that name the device, at the front of an actor id. */
  public static final int DEVICE_BYTES = 16;

  private static final int LIFE_BYTES = 8;

  private Actors() {}

  /** The device of an endpoint: the first bytes of the SHA-256 of its public key. */
  public static ByteBuffer device(byte[] endpointKey) {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(endpointKey);
      return ByteBuffer.wrap(digest, 0, DEVICE_BYTES).slice().asReadOnlyBuffer();
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java platform has SHA-256", e);
    }
  }

  /**
   * A new one.
   *
   * @param device exactly {@link #DEVICE_BYTES}
   */
  public static ActorId create(ByteBuffer device, RandomGenerator random) {
    if (device.remaining() != DEVICE_BYTES) {
      throw new IllegalArgumentException(
          "device: has " + device.remaining() + " bytes. Give it exactly " + DEVICE_BYTES + ".");
    }
    byte[] life = new byte[LIFE_BYTES];
    random.nextBytes(life);
    return ActorId.of(
        ByteBuffer.allocate(DEVICE_BYTES + LIFE_BYTES).put(device.duplicate()).put(life).array());
  }
}
