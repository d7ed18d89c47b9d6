package dev.peatmesh.node.demo;

import org.jspecify.annotations.Nullable;

/** Something in the demonstration is not as it should be; the message says what. */
public final class DemoFailure extends RuntimeException {
  private static final long serialVersionUID = 1;

  DemoFailure(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
