package dev.peatmesh.benchmarks.child;

import dev.peatmesh.benchmarks.floor.RawDocument;
import dev.peatmesh.benchmarks.floor.SyncedFile;
import dev.peatmesh.benchmarks.process.Requests;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Each stage of a change alone, in a loop on one thread, in changes per second: {@code commit
 * <changes>} and {@code apply <changes>} by Automerge, {@code force <group> <times>} of so many
 * records at once to the disk.
 */
public final class Stages {
  private Stages() {}

  /** Takes a folder that is its own. */
  public static void main(String[] arguments) throws IOException {
    Path folder = Files.createDirectories(Path.of(arguments[0]));
    try (SyncedFile file = new SyncedFile(folder.resolve("forced"))) {
      Requests.serve(
          Map.of(
              "commit", words -> Double.toString(commit(Integer.parseInt(words.get(0)))),
              "apply", words -> Double.toString(apply(Integer.parseInt(words.get(0)))),
              "force",
                  words ->
                      Double.toString(
                          force(
                              file,
                              Integer.parseInt(words.get(0)),
                              Integer.parseInt(words.get(1))))));
    }
  }

  private static double commit(int changes) {
    long start = System.nanoTime();
    int made = 0;
    while (made < changes) {
      made += commitDocument(Math.min(Writers.CHANGES_PER_DOCUMENT, changes - made)).size();
    }
    return perSecond(changes, start);
  }

  private static double apply(int changes) {
    List<byte[]> chunks = commitDocument(Math.min(Writers.CHANGES_PER_DOCUMENT, changes));
    long start = System.nanoTime();
    int applied = 0;
    while (applied < changes) {
      try (RawDocument document = new RawDocument()) {
        for (byte[] chunk : chunks) {
          document.apply(chunk);
        }
        applied += chunks.size();
      }
    }
    return perSecond(applied, start);
  }

  private static double force(SyncedFile file, int group, int times) {
    long start = System.nanoTime();
    for (int i = 0; i < times; i++) {
      file.append(group);
    }
    return perSecond(group * times, start);
  }

  private static List<byte[]> commitDocument(int changes) {
    List<byte[]> chunks = new ArrayList<>(changes);
    try (RawDocument document = new RawDocument()) {
      for (int i = 1; i <= changes; i++) {
        chunks.add(document.change(Writers.FIELD, i));
      }
    }
    return chunks;
  }

  private static double perSecond(int count, long start) {
    return count * 1e9 / (System.nanoTime() - start);
  }
}
