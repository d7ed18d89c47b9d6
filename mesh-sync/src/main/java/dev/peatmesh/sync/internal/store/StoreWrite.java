package dev.peatmesh.sync.internal.store;

import dev.peatmesh.sync.DocumentKey;
import dev.peatmesh.sync.internal.feed.JournalEntry;
import dev.peatmesh.sync.internal.guard.ActorId;
import dev.peatmesh.sync.internal.guard.ChangeChunk;
import dev.peatmesh.sync.internal.guard.ChangeHash;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One thing that becomes durable. A commit takes a list of them and keeps all or none. */
public sealed interface StoreWrite {
  /** The document it belongs to: when a write of it fails, later ones that build on it fail too. */
  default @Nullable DocumentKey document() {
    return null;
  }

  /** About how many bytes it takes while it waits. */
  int size();

  /**
   * One change of a document with history. One that the store holds already does no harm.
   *
   * @param sequence of the event it belongs to
   */
  record Change(DocumentKey key, ChangeChunk chunk, long sequence) implements StoreWrite {
    @Override
    public DocumentKey document() {
      return key;
    }

    @Override
    public int size() {
      return chunk.size();
    }
  }

  /**
   * The whole state of a document without history, in place of the one before it.
   *
   * @param head stands for this state; see {@link StoredHead#deletedSeconds} for a deleted one
   * @param state as it travels; read-only
   * @param sequence of the event it belongs to
   */
  record Latest(DocumentKey key, StoredHead head, ByteBuffer state, long sequence)
      implements StoreWrite {
    public Latest {
      state = state.asReadOnlyBuffer();
    }

    /** A view of the state from its first to its last byte. */
    @Override
    public ByteBuffer state() {
      return state.duplicate();
    }

    @Override
    public DocumentKey document() {
      return key;
    }

    @Override
    public int size() {
      return state.remaining();
    }
  }

  /** Removes every trace of a document. */
  record Forget(DocumentKey key) implements StoreWrite {
    @Override
    public DocumentKey document() {
      return key;
    }

    @Override
    public int size() {
      return 0;
    }
  }

  /**
   * Removes the content of a deleted document and leaves a mark that it was there. The next change
   * or state of the document takes the mark away.
   *
   * @param heads as they were when its content was dropped
   * @param deletedSeconds when it was deleted, in seconds since 1970
   * @param sequence of its last event
   */
  record Gone(DocumentKey key, List<ChangeHash> heads, long deletedSeconds, long sequence)
      implements StoreWrite {
    public Gone {
      heads = List.copyOf(heads);
    }

    @Override
    public DocumentKey document() {
      return key;
    }

    @Override
    public int size() {
      return heads.size() * ChangeHash.BYTES;
    }
  }

  /**
   * When a document expires.
   *
   * @param millis since 1970; {@link #NEVER} takes the time away
   */
  record Expiry(DocumentKey key, long millis) implements StoreWrite {
    /** It does not expire. */
    public static final long NEVER = 0;

    @Override
    public DocumentKey document() {
      return key;
    }

    @Override
    public int size() {
      return Long.BYTES;
    }
  }

  /** One more entry of the journal, which forgets its oldest ones; see {@link StoreLimits}. */
  record Journal(JournalEntry entry) implements StoreWrite {
    private static final int FIXED_BYTES = 32;

    @Override
    public DocumentKey document() {
      return entry.key();
    }

    @Override
    public int size() {
      return FIXED_BYTES
          + entry.key().collection().length()
          + entry.key().id().length()
          + entry.author().length()
          + (entry.oldHeads().size() + entry.newHeads().size()) * ChangeHash.BYTES;
    }
  }

  /**
   * A small fact that is no document, such as what was agreed with a peer, in place of the one of
   * that name before it. An empty value removes it.
   */
  record Note(String name, String value) implements StoreWrite {
    /** The most bytes of UTF-8 in a name. */
    public static final int NAME_BYTES_MAX = 255;

    /** The most bytes of UTF-8 in a value. */
    public static final int VALUE_BYTES_MAX = 4_096;

    public Note {
      check("name", name, NAME_BYTES_MAX);
      check("value", value, VALUE_BYTES_MAX);
    }

    @Override
    public int size() {
      return name.length() + value.length();
    }

    private static void check(String what, String text, int bytesMax) {
      int bytes = text.getBytes(StandardCharsets.UTF_8).length;
      if (bytes > bytesMax) {
        throw new IllegalArgumentException(
            "note " + what + ": is " + bytes + " bytes; at most " + bytesMax + ". Shorten it.");
      }
    }
  }

  /** The author of this replica's changes from now on. */
  record Actor(ActorId actor) implements StoreWrite {
    @Override
    public int size() {
      return ActorId.BYTES_MAX;
    }
  }
}
