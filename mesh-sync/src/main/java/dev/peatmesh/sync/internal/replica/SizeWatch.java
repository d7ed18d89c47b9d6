package dev.peatmesh.sync.internal.replica;

import dev.peatmesh.runtime.MeshException;
import dev.peatmesh.sync.DocumentKey;
import java.util.Optional;

/** Keeps documents within their size. Belongs to the document loop. */
final class SizeWatch {
  /** A state travels in one frame, which has 8 MiB at most. */
  private static final long STATE_BYTES_MAX = 7 << 20;

  private final SizeLimits limits;
  private final Troubles troubles;

  SizeWatch(SizeLimits limits, Troubles troubles) {
    this.limits = limits;
    this.troubles = troubles;
  }

  /** Own changes of the document are judged before anybody sees them. */
  void watch(HistoryDocument document) {
    document.admission(
        (chunk, saved) -> {
          DocumentSize size = document.size();
          long added = chunk.length;
          if (!size.fits(added, limits.maxBytes(), () -> saved.get().length - added)) {
            throw new MeshException.Refused(
                limits.refusal(document.key(), size.estimate() + added));
          }
        });
  }

  /** Why the document must not grow by so much; empty when it may. */
  Optional<String> tooLarge(HistoryDocument document, long added) {
    DocumentSize size = document.size();
    return size.fits(added, limits.maxBytes(), () -> document.document().save().length)
        ? Optional.empty()
        : Optional.of(limits.refusal(document.key(), size.estimate() + added));
  }

  /** Why a state of that size must not be written; empty when it may. */
  Optional<String> tooLarge(DocumentKey key, long bytes) {
    return bytes <= Math.min(limits.maxBytes(), STATE_BYTES_MAX)
        ? Optional.empty()
        : Optional.of(limits.refusal(key, bytes));
  }

  /**
   * Why a state of that size must not be taken from a peer; empty when it may. Two that were small
   * enough make one that is larger, and it must reach third nodes all the same.
   */
  Optional<String> tooLargeMerged(DocumentKey key, long bytes) {
    return bytes <= Math.min(2 * limits.maxBytes(), STATE_BYTES_MAX)
        ? Optional.empty()
        : Optional.of(limits.refusal(key, bytes));
  }

  /** The document has changed: tell the operator when it is large, once. */
  void changed(HistoryDocument document) {
    DocumentSize size = document.size();
    if (size.estimate() <= limits.warnBytes()) {
      troubles.shrunk(document.key());
    } else if (!troubles.isOversize(document.key())
        && !size.fits(0, limits.warnBytes(), () -> document.document().save().length)) {
      troubles.oversize(document.key(), size.estimate());
    }
  }

  /** The state of a document without history is so large now. */
  void changed(DocumentKey key, long bytes) {
    if (bytes <= limits.warnBytes()) {
      troubles.shrunk(key);
    } else {
      troubles.oversize(key, bytes);
    }
  }
}
