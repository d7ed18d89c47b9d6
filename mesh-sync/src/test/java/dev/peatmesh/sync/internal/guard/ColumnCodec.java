package dev.peatmesh.sync.internal.guard;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Whole columns as lists and back, written as the native core writes them. */
final class ColumnCodec {
  private ColumnCodec() {}

  static byte[] numbers(List<@Nullable Long> values) {
    return runs(values, ByteSink::unsignedLeb);
  }

  static byte[] deltas(List<@Nullable Long> values) {
    List<@Nullable Long> deltas = new ArrayList<>();
    long before = 0;
    for (Long value : values) {
      deltas.add(value == null ? null : value - before);
      before = value == null ? before : value;
    }
    return runs(deltas, ByteSink::signedLeb);
  }

  static byte[] texts(List<@Nullable String> values) {
    return runs(values, ByteSink::prefixed);
  }

  static byte[] flags(List<Boolean> values) {
    ByteSink sink = new ByteSink();
    boolean current = false;
    int run = 0;
    for (boolean value : values) {
      if (value != current) {
        sink.unsignedLeb(run);
        current = value;
        run = 0;
      }
      run++;
    }
    return run == 0 ? sink.bytes() : sink.unsignedLeb(run).bytes();
  }

  static List<@Nullable Long> readNumbers(byte @Nullable [] column, int rows) {
    return readRuns(column, rows, ByteCursor::unsignedLeb);
  }

  static List<@Nullable Long> readDeltas(byte @Nullable [] column, int rows) {
    List<@Nullable Long> values = readRuns(column, rows, ByteCursor::signedLeb);
    long before = 0;
    for (int i = 0; i < values.size(); i++) {
      Long delta = values.get(i);
      if (delta != null) {
        before += delta;
        values.set(i, before);
      }
    }
    return values;
  }

  static List<@Nullable String> readTexts(byte @Nullable [] column, int rows) {
    return readRuns(
        column,
        rows,
        cursor -> {
          int length = cursor.length();
          int from = cursor.skip(length);
          return new String(cursor.array(), from, length, StandardCharsets.UTF_8);
        });
  }

  static List<Boolean> readFlags(byte @Nullable [] column, int rows) {
    List<Boolean> values = new ArrayList<>();
    if (column != null) {
      ByteCursor cursor = new ByteCursor(column, 0, column.length);
      for (boolean current = false; !cursor.atEnd(); current = !current) {
        for (long left = cursor.unsignedLeb(); left > 0; left--) {
          values.add(current);
        }
      }
    }
    while (values.size() < rows) {
      values.add(false);
    }
    return values;
  }

  private static <T> byte[] runs(List<@Nullable T> values, BiConsumer<ByteSink, T> writer) {
    ByteSink sink = new ByteSink();
    if (values.stream().allMatch(Objects::isNull)) {
      return sink.bytes();
    }
    int at = 0;
    while (at < values.size()) {
      int run = runLength(values, at);
      T value = values.get(at);
      if (value == null) {
        sink.signedLeb(0).unsignedLeb(run);
      } else if (run > 1) {
        writer.accept(sink.signedLeb(run), value);
      } else {
        int end = at + 1;
        while (end < values.size() && values.get(end) != null && runLength(values, end) == 1) {
          end++;
        }
        run = end - at;
        sink.signedLeb(-run);
        values.subList(at, end).forEach(each -> writer.accept(sink, Objects.requireNonNull(each)));
      }
      at += run;
    }
    return sink.bytes();
  }

  private static <T> int runLength(List<@Nullable T> values, int from) {
    int end = from + 1;
    while (end < values.size() && Objects.equals(values.get(from), values.get(end))) {
      end++;
    }
    return end - from;
  }

  private static <T> List<@Nullable T> readRuns(
      byte @Nullable [] column, int rows, Function<ByteCursor, T> reader) {
    List<@Nullable T> values = new ArrayList<>();
    if (column != null) {
      ByteCursor cursor = new ByteCursor(column, 0, column.length);
      while (!cursor.atEnd()) {
        long header = cursor.signedLeb();
        T repeated = header > 0 ? reader.apply(cursor) : null;
        long count = header == 0 ? cursor.unsignedLeb() : Math.abs(header);
        for (long i = 0; i < count; i++) {
          values.add(header < 0 ? reader.apply(cursor) : repeated);
        }
      }
    }
    while (values.size() < rows) {
      values.add(null);
    }
    return values;
  }
}
