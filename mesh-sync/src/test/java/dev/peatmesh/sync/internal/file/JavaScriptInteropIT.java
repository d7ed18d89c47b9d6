package dev.peatmesh.sync.internal.file;

import static org.assertj.core.api.Assertions.assertThat;

import dev.peatmesh.sync.Bytes;
import dev.peatmesh.sync.Counter;
import dev.peatmesh.sync.DocumentJson;
import dev.peatmesh.sync.Text;
import dev.peatmesh.sync.Trials;
import dev.peatmesh.sync.Uint64;
import dev.peatmesh.sync.internal.crdt.NativeDocument;
import dev.peatmesh.sync.internal.crdt.RandomValues;
import dev.peatmesh.sync.internal.guard.ActorId;
import dev.peatmesh.sync.internal.guard.ChangeChunk;
import dev.peatmesh.sync.internal.guard.ChangeHash;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Documents go to the newest JavaScript Automerge and come back. */
@Tag("heavy")
class JavaScriptInteropIT {
  @TempDir static Path folder;
  private static JavaScript script;

  @BeforeAll
  static void install() throws IOException {
    script = JavaScript.installIn(folder);
    System.out.println("@automerge/automerge " + script.version());
  }

  @Test
  void aDocumentThatJavaScriptSavedHasEqualValuesHere() throws IOException {
    Path file = folder.resolve("theirs.automerge");
    script.run("write", file);
    try (NativeDocument document = imported(file)) {
      assertThat(document.value()).isEqualTo(theirs());
      assertThat(DocumentJson.fromJson(script.run("dump", file).get(0)))
          .as("their own view of it")
          .isEqualTo(theirs());
    }
  }

  @Test
  void documentsSavedHereHaveEqualValuesThere() throws IOException {
    List<Map<String, Object>> expected = new ArrayList<>();
    List<Path> files = new ArrayList<>();
    expected.add(theirs());
    Trials.run(200, random -> expected.add(new RandomValues(random).map(5)));
    for (int i = 0; i < expected.size(); i++) {
      try (NativeDocument document = NativeDocument.create(new ActorId("0a"))) {
        // In two steps, so that something is replaced and deleted.
        document.put(expected.get((i + 1) % expected.size()));
        document.put(expected.get(i));
        expected.set(i, document.value());
        files.add(Files.write(folder.resolve(i + ".automerge"), document.save()));
      }
    }
    List<String> dumps = script.run("dump", files.toArray(Path[]::new));
    assertThat(dumps).hasSameSizeAs(files);
    for (int i = 0; i < dumps.size(); i++) {
      assertThat(DocumentJson.fromJson(dumps.get(i))).isEqualTo(expected.get(i));
    }
  }

  @Test
  void concurrentEditsOfBothSidesMergeTheSameOnBoth() throws IOException {
    Path base = folder.resolve("base.automerge");
    Path ours = folder.resolve("ours.automerge");
    Path theirs = folder.resolve("edited.automerge");
    script.run("write", base);
    script.run("edit", base, theirs);
    try (NativeDocument document = imported(base)) {
      document.change(
          root -> {
            root.increment("hits", 100);
            root.map("nested").list("list").add("from here");
            root.map("nested").put("here", Map.of("by", "Java"));
            root.put("int", 99);
            root.put("wide", Long.MIN_VALUE);
            root.text("text").append(" here\uD83D\uDE00");
          });
      Files.write(ours, document.save());
      List<String> merged = script.run("merge", theirs, ours);

      AutomergeFile.changes(theirs, FileLimits.DEFAULT)
          .forEach(change -> document.apply(change.bytes()));

      assertThat(document.value())
          .isEqualTo(DocumentJson.fromJson(merged.get(1)))
          .containsEntry("hits", new Counter(-2 + 110))
          .containsEntry("wide", Long.MIN_VALUE)
          .containsEntry(
              "text",
              new Text(
                  "\uD83D\uDE00there Text \uD83C\uDDE9\uD83C\uDDEA \uD83D\uDE00 here\uD83D\uDE00"));
      assertThat(document.value().get("nested").toString()).contains("JavaScript", "Java");
      assertThat((List<?>) ((Map<?, ?>) document.value().get("nested")).get("list")).hasSize(4);
      assertThat(
              document.heads().stream().map(ChangeHash::toString).collect(Collectors.joining(" ")))
          .isEqualTo(merged.get(0));
    }
  }

  private static NativeDocument imported(Path file) {
    NativeDocument document = NativeDocument.create(new ActorId("0b"));
    for (ChangeChunk change : AutomergeFile.changes(file, FileLimits.DEFAULT)) {
      document.apply(change.bytes());
    }
    return document;
  }

  /** What the script writes. */
  private static Map<String, Object> theirs() {
    Map<String, Object> deep = Map.of("deep", List.of(Instant.EPOCH, new Text("\u00e9")));
    Map<String, Object> values = new LinkedHashMap<>();
    values.put("text", new Text("Text \uD83C\uDDE9\uD83C\uDDEA \uD83D\uDE00"));
    values.put("string", "scalar \u00fc");
    values.put("int", -4L);
    values.put("wide", -(1L << 62));
    values.put("uint", Uint64.parse("18446744073709551615"));
    values.put("small", new Uint64(7));
    values.put("float", 3.14159267);
    values.put("whole", 3.0);
    values.put("yes", true);
    values.put("nothing", null);
    values.put("bytes", Bytes.of((byte) 0x85, (byte) 0x6f, (byte) 0x4a, (byte) 0x83));
    values.put("at", Instant.ofEpochMilli(-905182979000L));
    values.put("hits", new Counter(-2));
    values.put("nested", Map.of("list", Arrays.asList(List.of(2L, deep), null)));
    values.put("\u043a\u043b\u044e\u0447", List.of());
    return values;
  }
}
