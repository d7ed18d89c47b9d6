package dev.peatmesh.sync.internal.store;

import dev.peatmesh.sync.DocumentEvent;
import dev.peatmesh.sync.DocumentKey;
import dev.peatmesh.sync.internal.feed.JournalEntry;
import dev.peatmesh.sync.internal.guard.ChangeChunk;
import dev.peatmesh.sync.internal.guard.ChangeHash;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * What stands inside the value of a row, by kind. What is known of a content without opening it
 * comes first, the content itself last and unaltered.
 *
 * <p>Reading throws {@link java.nio.BufferUnderflowException} or {@link IllegalArgumentException}
 * on what was not written here.
 */
final class RowValues {
  private static final int HEAD_BYTES = Long.BYTES + ChangeHash.BYTES;

  private RowValues() {}

  /** A change: the head it may be, what it stands on, the chunk. */
  record Change(StoredHead head, List<ChangeHash> deps, ByteBuffer chunk) {}

  /** A snapshot or a state: heads, content. A mark has no content. */
  record Content(List<StoredHead> heads, ByteBuffer bytes) {}

  static byte[] name(DocumentKey key) {
    byte[] collection = utf8(key.collection());
    byte[] id = utf8(key.id());
    return ByteBuffer.allocate(Short.BYTES + collection.length + id.length)
        .putShort((short) collection.length)
        .put(collection)
        .put(id)
        .array();
  }

  static DocumentKey name(byte[] value) {
    ByteBuffer from = ByteBuffer.wrap(value);
    return new DocumentKey(text(from), text(from, from.remaining()));
  }

  static byte[] change(ChangeChunk chunk) {
    List<ChangeHash> deps = chunk.deps();
    ByteBuffer value =
        ByteBuffer.allocate(
            HEAD_BYTES + Short.BYTES + deps.size() * ChangeHash.BYTES + chunk.size());
    put(value, StoredHead.of(chunk));
    put(value, deps);
    return value.put(chunk.encoded()).array();
  }

  static Change change(byte[] value) {
    ByteBuffer from = ByteBuffer.wrap(value);
    return new Change(head(from), hashes(from), from.slice().asReadOnlyBuffer());
  }

  static byte[] content(List<StoredHead> heads, ByteBuffer bytes) {
    ByteBuffer value =
        ByteBuffer.allocate(Short.BYTES + heads.size() * HEAD_BYTES + bytes.remaining());
    value.putShort(count(heads));
    heads.forEach(head -> put(value, head));
    return value.put(bytes.duplicate()).array();
  }

  static Content content(byte[] value) {
    ByteBuffer from = ByteBuffer.wrap(value);
    int count = Short.toUnsignedInt(from.getShort());
    List<StoredHead> heads = new ArrayList<>(Math.min(count, from.remaining() / HEAD_BYTES));
    for (int i = 0; i < count; i++) {
      heads.add(head(from));
    }
    return new Content(heads, from.slice().asReadOnlyBuffer());
  }

  static byte[] millis(long millis) {
    return ByteBuffer.allocate(Long.BYTES).putLong(millis).array();
  }

  static long millis(byte[] value) {
    return ByteBuffer.wrap(value).getLong();
  }

  static byte[] note(StoreWrite.Note note) {
    byte[] name = utf8(note.name());
    byte[] text = utf8(note.value());
    return ByteBuffer.allocate(Short.BYTES + name.length + text.length)
        .putShort((short) name.length)
        .put(name)
        .put(text)
        .array();
  }

  static StoreWrite.Note note(byte[] value) {
    ByteBuffer from = ByteBuffer.wrap(value);
    return new StoreWrite.Note(text(from), text(from, from.remaining()));
  }

  static byte[] journal(JournalEntry entry) {
    byte[] author = utf8(entry.author());
    byte[] name = name(entry.key());
    ByteBuffer value =
        ByteBuffer.allocate(
            2
                + Long.BYTES
                + 3 * Short.BYTES
                + author.length
                + (entry.oldHeads().size() + entry.newHeads().size()) * ChangeHash.BYTES
                + name.length);
    value.put((byte) (entry.kind() == DocumentEvent.Kind.DELETED ? 1 : 0));
    value.put((byte) (entry.origin() == DocumentEvent.Origin.REMOTE ? 1 : 0));
    value.putLong(entry.millis()).putShort((short) author.length).put(author);
    put(value, entry.oldHeads());
    put(value, entry.newHeads());
    return value.put(name).array();
  }

  static JournalEntry journal(long sequence, byte[] value) {
    ByteBuffer from = ByteBuffer.wrap(value);
    DocumentEvent.Kind kind =
        from.get() == 1 ? DocumentEvent.Kind.DELETED : DocumentEvent.Kind.CHANGED;
    DocumentEvent.Origin origin =
        from.get() == 1 ? DocumentEvent.Origin.REMOTE : DocumentEvent.Origin.LOCAL;
    long millis = from.getLong();
    String author = text(from);
    List<ChangeHash> oldHeads = hashes(from);
    List<ChangeHash> newHeads = hashes(from);
    byte[] name = new byte[from.remaining()];
    from.get(name);
    return new JournalEntry(sequence, name(name), kind, origin, author, oldHeads, newHeads, millis);
  }

  private static void put(ByteBuffer value, StoredHead head) {
    head.hash().write(value.putLong(head.deletedSeconds()));
  }

  private static StoredHead head(ByteBuffer from) {
    long deletedSeconds = from.getLong();
    return new StoredHead(ChangeHash.read(from), deletedSeconds);
  }

  private static void put(ByteBuffer value, List<ChangeHash> hashes) {
    value.putShort(count(hashes));
    hashes.forEach(hash -> hash.write(value));
  }

  private static List<ChangeHash> hashes(ByteBuffer from) {
    int count = Short.toUnsignedInt(from.getShort());
    List<ChangeHash> hashes = new ArrayList<>(Math.min(count, from.remaining() / ChangeHash.BYTES));
    for (int i = 0; i < count; i++) {
      hashes.add(ChangeHash.read(from));
    }
    return hashes;
  }

  /** A change stands on few others, and a document has few heads: see GuardLimits. */
  private static short count(List<?> items) {
    if (items.size() > 0xffff) {
      throw new IllegalArgumentException(items.size() + " heads; at most 65535 can be stored");
    }
    return (short) items.size();
  }

  private static String text(ByteBuffer from) {
    return text(from, Short.toUnsignedInt(from.getShort()));
  }

  private static String text(ByteBuffer from, int length) {
    if (length > from.remaining()) {
      throw new IllegalArgumentException("length beyond the end");
    }
    byte[] bytes = new byte[length];
    from.get(bytes);
    return new String(bytes, StandardCharsets.UTF_8);
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
