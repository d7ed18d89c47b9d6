package dev.peatmesh.sync.internal.replica;

import dev.peatmesh.runtime.MeshException;
import dev.peatmesh.sync.internal.engine.DocumentState;
import dev.peatmesh.sync.internal.guard.ChangeChunk;
import dev.peatmesh.sync.internal.guard.GuardException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Takes changes of a file into an open document: all of them or none. On the document loop. */
final class FileImport {
  private final SizeWatch sizes;

  FileImport(SizeWatch sizes) {
    this.sizes = sizes;
  }

  /**
   * Takes in what is not there yet.
   *
   * @return null when all of it is there
   * @throws MeshException.Refused when it contradicts the document or makes it too large
   */
  DocumentWriter.@Nullable Step apply(HistoryDocument document, DocumentEdit.Import imported) {
    DocumentState trial = new DocumentState(document.key());
    document.graph().all().forEach(trial::add);
    document.unpublished().forEach(trial::add);
    List<ChangeChunk> lacking = new ArrayList<>();
    for (ChangeChunk chunk : imported.changes()) {
      if (!trial.graph().contains(chunk.hash())) {
        admit(trial, chunk);
        lacking.add(chunk);
      }
    }
    if (lacking.isEmpty()) {
      return null;
    }
    Optional<String> tooLarge = sizes.tooLarge(document, imported.bytes());
    if (tooLarge.isPresent()) {
      throw new MeshException.Refused(tooLarge.get());
    }
    document.document().apply(HistoryDocument.concatenated(lacking));
    document.imported(lacking);
    return new HistoryStep(document, lacking);
  }

  private static void admit(DocumentState trial, ChangeChunk chunk) {
    try {
      trial.admit(chunk);
    } catch (GuardException contradiction) {
      throw new MeshException.Refused(
          "import("
              + trial.key()
              + "): contradicts the document: "
              + contradiction.reason()
              + ". Nothing was imported. Import it under another id.",
          contradiction);
    }
  }
}
