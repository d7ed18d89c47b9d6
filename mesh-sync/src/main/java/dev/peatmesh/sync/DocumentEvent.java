package dev.peatmesh.sync;

/**
 * A document has changed.
 *
 * @param key which document
 * @param kind whether it still exists
 * @param origin who changed it; {@link Origin#REMOTE} when several changes met in one event and one
 *     of them was another node's
 */
public record DocumentEvent(DocumentKey key, Kind kind, Origin origin) {
  /** Whether the document exists after the change. */
  public enum Kind {
    /** It exists. */
    CHANGED,
    /** It does not. */
    DELETED
  }

  /** Whose change it was. */
  public enum Origin {
    /** This node's. */
    LOCAL,
    /** Another node's. */
    REMOTE
  }
}
