package dev.peatmesh.sync.internal.crdt;

import static org.assertj.core.api.Assertions.assertThat;

import dev.peatmesh.sync.Bytes;
import dev.peatmesh.sync.Counter;
import dev.peatmesh.sync.Text;
import dev.peatmesh.sync.Uint64;
import dev.peatmesh.sync.internal.guard.ActorId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Documents that other implementations wrote. */
class FixturesTest {
  private static final String EMOJI =
      "\uD83C\uDDEC\uD83C\uDDE7\uD83D\uDC68\u200D\uD83D\uDC68\u200D\uD83D\uDC67\u200D\uD83D\uDC66"
          + "\uD83D\uDE00";

  private Path fixtures;

  @BeforeEach
  void find() {
    String folder = System.getProperty("mesh.fixtures", "");
    Assumptions.assumeFalse(folder.isEmpty(), "-Dmesh.fixtures is not set: nothing to load");
    fixtures = Path.of(folder, "automerge");
  }

  @Test
  void theExemplarHasEveryKindOfValue() throws IOException {
    try (NativeDocument document = load("valid/exemplar.automerge")) {
      assertThat(document.value())
          .containsEntry("title", "Hello " + EMOJI)
          .containsEntry("notes", new Text(EMOJI))
          .containsEntry("timestamp", Instant.ofEpochMilli(-905182979000L))
          .containsEntry("location", "https://automerge.org/")
          .containsEntry("counter", new Counter(5))
          .containsEntry("int", -4L)
          .containsEntry("uint", Uint64.parse("18446744073709551615"))
          .containsEntry("fp", 3.14159267)
          .containsEntry("bytes", Bytes.of((byte) 0x85, (byte) 0x6f, (byte) 0x4a, (byte) 0x83))
          .containsEntry("bool", true)
          .hasSize(10);
    }
  }

  @Test
  void aDocumentOfAnotherImplementationCanBeEdited() throws IOException {
    try (NativeDocument document = load("valid/exemplar.automerge");
        NativeDocument peer = load("valid/exemplar.automerge")) {
      Map<String, Object> before = document.value();
      assertThat(document.put(before)).isEmpty();

      document
          .change(
              root -> {
                root.text("notes").insert(2, "|");
                root.increment("counter", 1);
                root.put("int", Long.MIN_VALUE);
              })
          .ifPresent(peer::apply);

      String flag = EMOJI.substring(0, 4);
      assertThat(peer.value())
          .containsEntry("notes", new Text(flag + "|" + EMOJI.substring(4)))
          .containsEntry("counter", new Counter(6))
          .containsEntry("int", Long.MIN_VALUE);
      assertThat(peer.heads()).isEqualTo(document.heads());
    }
  }

  @Test
  @Tag("heavy")
  void aWholeBookLoads() throws IOException {
    try (NativeDocument document = load("traffic/moby-dick.automerge")) {
      assertThat(document.value().toString()).contains("Call me Ishmael");
    }
  }

  private NativeDocument load(String file) throws IOException {
    return NativeDocument.load(Files.readAllBytes(fixtures.resolve(file)), new ActorId("0a"));
  }
}
