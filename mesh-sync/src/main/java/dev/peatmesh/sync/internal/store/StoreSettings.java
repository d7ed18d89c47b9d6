package dev.peatmesh.sync.internal.store;

import java.nio.ByteBuffer;

/**
 * How a store is opened.
 *
 * @param device the first 16 bytes of the actors it makes; see {@link Actors}
 * @param limits bounds of what it keeps beside documents
 */
public record StoreSettings(ByteBuffer device, StoreLimits limits) {
  public StoreSettings {
    device = device.asReadOnlyBuffer();
  }

  /** The default limits. */
  public static StoreSettings of(ByteBuffer device) {
    return new StoreSettings(device, StoreLimits.DEFAULT);
  }

  /** A view of the device's bytes. */
  @Override
  public ByteBuffer device() {
    return device.duplicate();
  }
}
