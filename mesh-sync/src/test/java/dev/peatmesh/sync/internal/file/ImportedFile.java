package dev.peatmesh.sync.internal.file;

import dev.peatmesh.runtime.MeshException;
import dev.peatmesh.sync.DocumentJson;
import dev.peatmesh.sync.internal.crdt.NativeDocument;
import dev.peatmesh.sync.internal.guard.ActorId;
import dev.peatmesh.sync.internal.guard.ChangeChunk;
import java.nio.file.Path;
import java.util.List;

/** A process that imports one file, and says what it found: a crash of it is seen from outside. */
final class ImportedFile {
  static final int REFUSED = 3;

  private ImportedFile() {}

  public static void main(String[] arguments) {
    try (NativeDocument document = NativeDocument.create(new ActorId("0f"))) {
      List<ChangeChunk> chunks = AutomergeFile.changes(Path.of(arguments[0]), FileLimits.DEFAULT);
      for (ChangeChunk chunk : chunks) {
        document.apply(chunk.bytes());
      }
      System.out.println(DocumentJson.toJson(document.value()));
    } catch (MeshException.Refused refused) {
      System.out.println(refused.getMessage());
      System.exit(REFUSED);
    }
  }
}
