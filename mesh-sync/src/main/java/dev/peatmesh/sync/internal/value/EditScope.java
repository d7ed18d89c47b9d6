package dev.peatmesh.sync.internal.value;

/** Where and how long the editors of one change may be used. */
public final class EditScope {
  private final Thread thread = Thread.currentThread();
  private boolean open = true;

  /** From now on every editor of this change refuses its service. */
  public void end() {
    open = false;
  }

  /** Fails outside the call that the change belongs to. */
  public void check() {
    if (!open) {
      throw new IllegalStateException(
          "editor: the change it belongs to is over. Use an editor only inside the change call"
              + " that handed it out.");
    }
    if (Thread.currentThread() != thread) {
      throw new IllegalStateException(
          "editor: used on the thread "
              + Thread.currentThread().getName()
              + ", but the change runs on another. Use it only on the thread of the change call.");
    }
  }
}
