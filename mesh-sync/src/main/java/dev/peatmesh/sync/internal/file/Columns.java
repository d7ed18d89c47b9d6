package dev.peatmesh.sync.internal.file;

import dev.peatmesh.sync.internal.guard.ByteCursor;
import dev.peatmesh.sync.internal.guard.ChunkReader;
import dev.peatmesh.sync.internal.guard.GuardException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The columns of one table of a document: by number and type, inflated. */
final class Columns {
  private static final int DEFLATED = 8;
  private static final int COLUMNS_MAX = 32;

  private final Map<Integer, Integer> lengths = new LinkedHashMap<>();
  private final Map<Integer, ByteCursor> columns = new LinkedHashMap<>();

  private Columns() {}

  /** Reads which columns there are. */
  static Columns directory(ByteCursor in) {
    Columns columns = new Columns();
    int before = -1;
    for (int count = in.count(COLUMNS_MAX, 2, "too many columns"); count > 0; count--) {
      long specification = in.unsignedLeb();
      int name = (int) (specification & ~DEFLATED);
      if (specification > 0xff || name <= before) {
        throw new GuardException("columns out of order");
      }
      before = name;
      columns.lengths.put((int) specification, in.length());
    }
    return columns;
  }

  /**
   * Reads the columns themselves.
   *
   * @param bytesMax how many they may be together
   * @return how many they are
   */
  int read(ByteCursor in, int bytesMax) {
    int total = 0;
    for (Map.Entry<Integer, Integer> each : lengths.entrySet()) {
      ByteCursor column = in.slice(each.getValue());
      if ((each.getKey() & DEFLATED) != 0) {
        byte[] inflated = ChunkReader.inflate(column, Math.max(1, bytesMax - total));
        column = new ByteCursor(inflated, 0, inflated.length);
      }
      total += column.remaining();
      if (total > bytesMax) {
        throw new GuardException("inflates to too much");
      }
      if (column.remaining() > 0) {
        columns.put(each.getKey() & ~DEFLATED, column);
      }
    }
    return total;
  }

  /** Takes the column out; null when there is none. */
  @Nullable ByteCursor take(int name) {
    return columns.remove(name);
  }

  /** The column, which stays; null when there is none. */
  @Nullable ByteCursor peek(int name) {
    ByteCursor column = columns.get(name);
    return column == null
        ? null
        : new ByteCursor(column.array(), column.position(), column.position() + column.remaining());
  }

  /** Takes the column out; one without bytes when there is none. */
  ByteCursor takeBytes(int name) {
    ByteCursor column = columns.remove(name);
    return column == null ? new ByteCursor(new byte[0], 0, 0) : column;
  }

  /** Refuses columns that nobody took. */
  void finish() {
    if (!columns.isEmpty()) {
      throw new GuardException("unknown column");
    }
  }
}
