package dev.peatmesh.sync.internal.typed;

import dev.peatmesh.runtime.MeshException;
import dev.peatmesh.sync.DocumentCollection;
import dev.peatmesh.sync.TypedCollection;
import dev.peatmesh.sync.WriteReceipt;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** A collection of records over one of documents. */
public final class RecordCollection<T extends Record> implements TypedCollection<T> {
  private final DocumentCollection documents;
  private final RecordMapper<T> mapper;

  private RecordCollection(DocumentCollection documents, RecordMapper<T> mapper) {
    this.documents = documents;
    this.mapper = mapper;
  }

  /**
   * Checks the type and makes the view.
   *
   * @throws MeshException.BadConfiguration when the type cannot be mapped
   */
  public static <T extends Record> RecordCollection<T> of(
      DocumentCollection documents, Class<T> type) {
    return new RecordCollection<>(documents, RecordMapper.of(type));
  }

  @Override
  public String name() {
    return documents.name();
  }

  @Override
  public Optional<T> get(String id) {
    return documents.get(id).map(stored -> mapper.read(stored, label(id)));
  }

  @Override
  public WriteReceipt put(String id, T value) {
    RecordMapper.Fields wanted = mapper.write(value, label(id));
    return documents.change(id, root -> mapper.put(root, wanted, label(id)));
  }

  @Override
  public WriteReceipt update(String id, UnaryOperator<T> change) {
    return documents.change(id, root -> mapper.update(root, change, label(id)));
  }

  @Override
  public WriteReceipt delete(String id) {
    return documents.delete(id);
  }

  @Override
  public List<String> list() {
    return documents.list();
  }

  @Override
  public DocumentCollection untyped() {
    return documents;
  }

  @Override
  public String toString() {
    return "TypedCollection[" + name() + ", " + mapper + "]";
  }

  private String label(String id) {
    return name() + "/" + id;
  }
}
