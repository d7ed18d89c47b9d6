package dev.peatmesh.internal.wire;

/** Bytes that no correct peer sends. The message says what was seen and where. */
public final class MalformedFrame extends Exception {
  private static final long serialVersionUID = 1;

  MalformedFrame(String message) {
    super(message);
  }

  MalformedFrame(String message, Throwable cause) {
    super(message, cause);
  }
}
