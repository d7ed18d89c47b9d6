package dev.peatmesh.sync.internal.replica;

import dev.peatmesh.sync.DocumentKey;

/**
 * How large one document may become, in bytes as it is saved.
 *
 * @param warnBytes from where on the operator is told
 * @param maxBytes what no document exceeds, whoever writes it
 */
public record SizeLimits(long warnBytes, long maxBytes) {
  /** 256 KiB and 5 MiB. */
  public static final SizeLimits DEFAULT = new SizeLimits(256 << 10, 5 << 20);

  /** What to tell whoever wants to make a document this large. */
  String refusal(DocumentKey key, long bytes) {
    return "document("
        + key
        + "): would take "
        + bytes
        + " bytes; documentBytesMax is "
        + maxBytes
        + ". Split it into several documents, or keep large values outside of documents.";
  }
}
