package dev.peatmesh.sync.internal.store;

import dev.peatmesh.sync.StoreKey;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * How a store is opened.
 *
 * @param device the first 16 bytes of the actors it makes; see {@link Actors}
 * @param limits bounds of what it keeps beside documents
 * @param keys what it is encrypted under: the first one from now on, the others for rows that were
 *     written under them; none for a store in plain text
 */
public record StoreSettings(ByteBuffer device, StoreLimits limits, List<StoreKey> keys) {
  public StoreSettings {
    device = device.asReadOnlyBuffer();
    keys = List.copyOf(keys);
    if (keys.stream().map(StoreKey::id).distinct().count() < keys.size()) {
      throw new IllegalArgumentException(
          "storeKeys("
              + keys
              + "): two keys have one id. Give every key an id of its own; the id of an old one"
              + " stays as it was.");
    }
  }

  /** The default limits, in plain text. */
  public static StoreSettings of(ByteBuffer device) {
    return new StoreSettings(device, StoreLimits.DEFAULT, List.of());
  }

  /** The same, encrypted. */
  public StoreSettings withKeys(List<StoreKey> newKeys) {
    return new StoreSettings(device, limits, newKeys);
  }

  /** The same with other bounds. */
  public StoreSettings withLimits(StoreLimits newLimits) {
    return new StoreSettings(device, newLimits, keys);
  }

  /** A view of the device's bytes. */
  @Override
  public ByteBuffer device() {
    return device.duplicate();
  }
}
