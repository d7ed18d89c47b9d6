package dev.peatmesh.sync.internal.store;

/**
 * Bounds of what a store keeps beside documents.
 *
 * @param journalEntriesMax the journal forgets its oldest entries beyond this many
 * @param notesMax a commit that would add another note fails
 */
public record StoreLimits(int journalEntriesMax, int notesMax) {
  /** 10,000 entries, 10,000 notes. */
  public static final StoreLimits DEFAULT = new StoreLimits(10_000, 10_000);

  public StoreLimits {
    check("journalEntriesMax", journalEntriesMax);
    check("notesMax", notesMax);
  }

  private static void check(String name, int value) {
    if (value < 1) {
      throw new IllegalArgumentException(name + "(" + value + "): is below 1. Set 1 or more.");
    }
  }
}
