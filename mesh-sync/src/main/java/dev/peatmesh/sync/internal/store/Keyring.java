package dev.peatmesh.sync.internal.store;

import dev.peatmesh.runtime.MeshException;
import dev.peatmesh.sync.StoreKey;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The keys that a store's rows are encrypted under. Belongs to the writer, but for {@link #slot}
 * and {@link #nameKeys}, which any thread may ask.
 *
 * <p>A slot is a key of the host with a salt; the meta table lists the slots that rows refer to.
 * One slot encrypts at most 2^32 values, the bound for random nonces of 96 bits (NIST SP 800-38D,
 * section 8.3); then the next one is made. What may have been used is noted ahead in blocks, so
 * that a crash counts as the rest of a block.
 */
final class Keyring {
  /** Name in the meta table of what names are looked up under. */
  static final String SALT = "names";

  /** In the meta table when no row is in plain text. */
  private static final String SEALED = "sealed";

  private static final String META_PREFIX = "key.";

  private static final String NAMES = "peatmesh store 1 names";
  private static final long VALUES_MAX = 1L << 32;
  private static final long BLOCK = 1L << 20;

  private final Path file;
  private final SqliteMeta meta;
  private final RandomGenerator random;
  private final List<StoreKey> given;

  /** A copy for slots to come: the host may destroy its key once the store is open. */
  private final byte[] currentKey;

  /** Replaced, never changed: the reader looks at it. */
  private volatile Map<Integer, KeySlot> slots = Map.of();

  private volatile List<NameKey> nameKeys = List.of();
  private @Nullable KeySlot current;
  private long reserved;
  private long left;

  private Keyring(Path file, SqliteMeta meta, RandomGenerator random, List<StoreKey> given) {
    this.file = file;
    this.meta = meta;
    this.random = random;
    this.given = given;
    currentKey = given.isEmpty() ? new byte[0] : given.get(0).bytes();
  }

  /**
   * Reads the slots and finds their keys among those given. Reads only.
   *
   * @throws MeshException.StoreFailure when one is missing or is another key than the one it was
   */
  static Keyring load(
      Path file, SqliteMeta meta, RandomGenerator random, List<StoreKey> given, boolean empty)
      throws SQLException {
    Keyring keyring = new Keyring(file, meta, random, given);
    Map<Integer, KeySlot> slots = new TreeMap<>();
    if (empty) {
      return keyring;
    }
    for (Map.Entry<String, String> row : meta.all(META_PREFIX).entrySet()) {
      String[] words = row.getValue().split(" ", -1);
      if (words.length != 4) {
        throw SqliteFailure.damaged(file, "the list of its keys cannot be read");
      }
      int number = Integer.parseInt(row.getKey().substring(META_PREFIX.length()));
      StoreKey key = keyring.given(words[0]);
      if (key == null) {
        throw keyProblem(file, words[0], "has rows under it, and it was not given. Give that");
      }
      KeySlot slot = KeySlot.derive(number, key.id(), key.bytes(), words[1]);
      if (!slot.hasCheck(words[2])) {
        throw keyProblem(
            file, words[0], "has other bytes than the key of that id before. Give the right");
      }
      slots.put(number, slot);
      if (key.id().equals(keyring.currentId())) {
        keyring.current = slot;
        keyring.reserved = Long.parseLong(words[3]);
      }
    }
    keyring.slots = Map.copyOf(slots);
    return keyring;
  }

  private static MeshException.StoreFailure keyProblem(Path file, String id, String problem) {
    return new MeshException.StoreFailure(
        "storeKey(\""
            + id
            + "\"): the store "
            + file
            + " "
            + problem
            + " one beside the current key. The file was not touched.",
        null);
  }

  /** Part of a transaction: the current key has a slot with room from now on. */
  void start() throws SQLException {
    if (!given.isEmpty() && left == 0) {
      if (current == null || reserved + BLOCK > VALUES_MAX) {
        addSlot();
      }
      reserve();
    }
  }

  /** Part of a transaction: what names are looked up under in a new file. */
  void makeNames() throws SQLException {
    byte[] salt = new byte[KeySlot.saltBytes()];
    random.nextBytes(salt);
    String hex = HexFormat.of().formatHex(salt);
    meta.set(SALT, hex);
    names(hex);
    if (encrypts()) {
      meta.set(SEALED, "1");
    }
  }

  /** What names are looked up under in a file with this salt. */
  void names(@Nullable String hexSalt) {
    if (hexSalt == null) {
      throw SqliteFailure.damaged(file, "the salt of its names cannot be read");
    }
    byte[] salt = HexFormat.of().parseHex(hexSalt);
    List<NameKey> all = new ArrayList<>();
    for (StoreKey key : given) {
      all.add(new NameKey(KeySlot.expand(key.bytes(), NAMES, salt)));
    }
    all.add(new NameKey(salt));
    nameKeys = List.copyOf(all);
  }

  /** Part of a transaction: the slot to encrypt the next value with; null for plain text. */
  @Nullable KeySlot next() throws SQLException {
    if (current == null) {
      return null;
    }
    if (left == 0) {
      if (reserved + BLOCK > VALUES_MAX) {
        addSlot();
      }
      reserve();
    }
    left--;
    return current;
  }

  /**
   * To be called when a transaction was rolled back: the note about a slot may be gone with it, and
   * is made again before the next value.
   */
  void rolledBack() {
    left = 0;
  }

  /** Whether there may be rows that are not as they would be written now. */
  boolean hasOthers() throws SQLException {
    return !given.isEmpty()
        && (meta.get(SEALED) == null
            || slots.values().stream().anyMatch(slot -> !isCurrent(slot.number())));
  }

  /** Null when there is none of that number. */
  @Nullable KeySlot slot(int number) {
    return slots.get(number);
  }

  /** What names are looked up under: the current key's first, plain text last. */
  List<NameKey> nameKeys() {
    return nameKeys;
  }

  /** Whether rows of that slot are as they would be written now. */
  boolean isCurrent(int slot) {
    KeySlot found = slots.get(slot);
    return found == null ? given.isEmpty() : found.keyId().equals(currentId());
  }

  boolean encrypts() {
    return !given.isEmpty();
  }

  /** Part of a transaction: no row is left under any key but the current one. */
  List<String> dropOthers() throws SQLException {
    Map<Integer, KeySlot> kept = new TreeMap<>(slots);
    List<String> dropped = new ArrayList<>();
    for (KeySlot slot : slots.values()) {
      if (!isCurrent(slot.number())) {
        meta.remove(META_PREFIX + slot.number());
        kept.remove(slot.number());
        dropped.add(slot.keyId());
      }
    }
    slots = Map.copyOf(kept);
    meta.set(SEALED, "1");
    return dropped.stream().distinct().sorted().toList();
  }

  private void addSlot() throws SQLException {
    byte[] salt = new byte[KeySlot.saltBytes()];
    random.nextBytes(salt);
    int number = slots.keySet().stream().mapToInt(Integer::intValue).max().orElse(0) + 1;
    StoreKey key = given.get(0);
    KeySlot slot = KeySlot.derive(number, key.id(), currentKey, HexFormat.of().formatHex(salt));
    Map<Integer, KeySlot> more = new TreeMap<>(slots);
    more.put(number, slot);
    slots = Map.copyOf(more);
    current = slot;
    reserved = 0;
  }

  private void reserve() throws SQLException {
    KeySlot slot = current;
    if (slot == null) {
      throw new AssertionError("no slot to reserve in");
    }
    reserved += BLOCK;
    left = BLOCK;
    meta.set(
        META_PREFIX + slot.number(),
        slot.keyId() + " " + slot.salt() + " " + slot.check() + " " + reserved);
  }

  private String currentId() {
    return given.isEmpty() ? "" : given.get(0).id();
  }

  private @Nullable StoreKey given(String id) {
    return given.stream().filter(key -> key.id().equals(id)).findFirst().orElse(null);
  }

  /** Looks a name up without showing it. */
  static final class NameKey {
    private final byte[] bytes;

    private NameKey(byte[] bytes) {
      this.bytes = bytes;
    }

    byte[] bytes() {
      return bytes.clone();
    }
  }
}
