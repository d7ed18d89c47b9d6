package dev.peatmesh.sync.internal.guard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Files that once broke another implementation, and files that any must read. */
class FixturesTest {
  private static final int TYPE_AT = 8;
  private static final int DOCUMENT = 0;

  @Test
  void refusesEveryCrasher() throws IOException {
    refusesAll("automerge/crashers");
  }

  @Test
  void refusesEveryFileThatMustBeRefused() throws IOException {
    refusesAll("automerge/refuse");
  }

  /**
   * Only change chunks pass a guard for change chunks: whole documents among the valid files do
   * not.
   */
  @Test
  void acceptsEveryValidChangeChunkAndNoDocumentChunk() throws IOException {
    List<String> documents = new ArrayList<>();
    int changes = 0;
    for (Path file : Fixtures.files("automerge/valid")) {
      byte[] bytes = Files.readAllBytes(file);
      if (bytes[TYPE_AT] == DOCUMENT) {
        refuses(file, bytes);
        documents.add(file.getFileName().toString());
      } else {
        changes += readAll(bytes).size();
      }
    }
    assertThat(documents).containsExactly("64bit_obj_id_doc.automerge", "exemplar.automerge");
    assertThat(changes).isEqualTo(8);
  }

  /** The core refuses it too: "counter too large", or without a word when it comes with others. */
  @Test
  void admitsNoChangeWhoseCountersTheCoreCannotHold() throws IOException {
    for (Path file : Fixtures.files("automerge/valid")) {
      if (file.endsWith("64bit_obj_id_change.automerge")) {
        ChangeChunk chunk = readAll(Files.readAllBytes(file)).get(0);
        assertThat(chunk.startOp()).isEqualTo(1L << 42);
        assertThatExceptionOfType(GuardException.class)
            .isThrownBy(() -> new DocumentGuard().check(chunk, chunk.startOp() - 1))
            .extracting(GuardException::reason)
            .isEqualTo("operation counter beyond 31 bits");
      }
    }
  }

  @Test
  void compressedAndUncompressedChunksOfOneChangeHaveOneHash() throws IOException {
    List<List<ChangeHash>> hashes = new ArrayList<>();
    for (Path file : Fixtures.files("automerge/valid")) {
      if (file.endsWith("two_change_chunks.automerge")
          || file.endsWith("two_change_chunks_compressed.automerge")) {
        hashes.add(readAll(Files.readAllBytes(file)).stream().map(ChangeChunk::hash).toList());
      }
    }
    assertThat(hashes).hasSize(2);
    assertThat(hashes.get(0)).isEqualTo(hashes.get(1));
  }

  private static void refusesAll(String folder) throws IOException {
    List<Path> files = Fixtures.files(folder);
    assertThat(files).isNotEmpty();
    for (Path file : files) {
      refuses(file, Files.readAllBytes(file));
    }
  }

  private static void refuses(Path file, byte[] bytes) {
    assertThatExceptionOfType(GuardException.class)
        .as("%s", file.getFileName())
        .isThrownBy(() -> readAll(bytes));
  }

  private static List<ChangeChunk> readAll(byte[] bytes) {
    return ChunkReader.readAll(ByteBuffer.wrap(bytes), GuardLimits.DEFAULT);
  }
}
