package dev.peatmesh.sync.internal.replica;

import dev.peatmesh.sync.internal.engine.ChangeRef;
import dev.peatmesh.sync.internal.engine.SyncInput;
import dev.peatmesh.sync.internal.guard.ChangeChunk;
import dev.peatmesh.sync.internal.store.StoreWrite;
import java.util.List;

/** Changes of this node that are in a document with history and not yet on the disk. */
record HistoryStep(HistoryDocument document, int generation, List<ChangeChunk> chunks)
    implements DocumentWriter.Step {
  /** They were put into the document just now. */
  HistoryStep(HistoryDocument document, List<ChangeChunk> chunks) {
    this(document, document.generation(), List.copyOf(chunks));
  }

  @Override
  public List<StoreWrite> writes(long event) {
    return chunks.stream()
        .<StoreWrite>map(chunk -> new StoreWrite.Change(document.key(), chunk, event))
        .toList();
  }

  @Override
  public boolean isCurrent() {
    return generation == document.generation();
  }

  @Override
  public List<SyncInput> published(long event) {
    chunks.forEach(chunk -> document.published(chunk, event));
    return chunks.stream()
        .<SyncInput>map(chunk -> new SyncInput.Published(document.key(), chunk))
        .toList();
  }

  @Override
  public void rollBack() {
    document.rollBack();
  }

  /**
   * Who holds the last one of several imported ones need not hold the others: all are asked for.
   */
  @Override
  public List<ChangeRef> refs() {
    return chunks.size() == 1
        ? List.of(new ChangeRef.Hash(chunks.get(0).hash()))
        : DocumentWriter.refs(document);
  }
}
