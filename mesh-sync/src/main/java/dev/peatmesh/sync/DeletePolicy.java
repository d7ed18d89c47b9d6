package dev.peatmesh.sync;

/** What happens when one node deletes a document while another one edits it. */
public enum DeletePolicy {
  /** The edit survives, and with it the document. A delete removes only what it has seen. */
  EDIT_WINS,

  /**
   * The edit is lost. A later write, by a node that knows of the delete, begins a new document
   * under the id.
   */
  DELETE_WINS
}
