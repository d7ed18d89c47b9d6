package dev.peatmesh.sync.internal.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.peatmesh.runtime.MeshException;
import dev.peatmesh.sync.Trials;
import dev.peatmesh.sync.internal.crdt.NativeDocument;
import dev.peatmesh.sync.internal.guard.ActorId;
import dev.peatmesh.sync.internal.guard.ChangeChunk;
import dev.peatmesh.sync.internal.guard.ChangeHash;
import dev.peatmesh.sync.internal.guard.ChunkReader;
import dev.peatmesh.sync.internal.guard.GuardException;
import dev.peatmesh.sync.internal.guard.GuardLimits;
import dev.peatmesh.sync.internal.guard.RandomEdits;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SplittableRandom;
import org.automerge.Document;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AutomergeFileTest {
  @TempDir Path folder;

  @Test
  void aSavedDocumentIsTakenApartIntoTheVeryChangesItWasMadeOf() {
    Trials.run(
        60,
        random -> {
          SplittableRandom numbers = new SplittableRandom(random.nextLong());
          RandomEdits edits = new RandomEdits(numbers);
          List<Document> documents = documents(numbers);
          for (int round = 0; round < 40; round++) {
            Document document = documents.get(numbers.nextInt(documents.size()));
            if (numbers.nextInt(4) == 0) {
              document.merge(documents.get(numbers.nextInt(documents.size())));
            } else {
              edits.change(document, 8);
            }
          }
          for (Document document : documents) {
            assertThat(hashes(AutomergeFile.changes(document.save(), FileLimits.DEFAULT)))
                .containsExactlyInAnyOrderElementsOf(hashes(changes(document)));
            document.free();
          }
        });
  }

  @Test
  void manyChunksOfOneFileMayComeInAnyOrderAndTwice() throws IOException {
    try (NativeDocument document = document(20)) {
      List<ChangeChunk> chunks =
          ChunkReader.readAll(ByteBuffer.wrap(document.changes()), GuardLimits.DEFAULT);
      Trials.run(
          20,
          random -> {
            List<byte[]> parts = new ArrayList<>();
            chunks.forEach(chunk -> parts.add(chunk.bytes()));
            parts.add(document.save());
            parts.add(chunks.get(0).bytes());
            Collections.shuffle(parts, random);
            assertThat(hashes(AutomergeFile.changes(concatenated(parts), FileLimits.DEFAULT)))
                .containsExactlyInAnyOrderElementsOf(hashes(chunks));
          });
    }
  }

  /** No document that is edited gets there; but the format allows counters of 53 bits. */
  @Test
  void largeOperationCountersAreLoweredAndTheValuesStay() {
    try (NativeDocument document = document(20);
        NativeDocument copy = NativeDocument.create(new ActorId("0c"))) {
      long shift = 1L << 42;
      List<ChangeChunk> raised =
          LoweredChanges.shifted(
              AutomergeFile.changes(document.save(), FileLimits.DEFAULT),
              GuardLimits.DEFAULT,
              -shift);
      assertThat(raised.get(0).startOp()).isEqualTo(shift + 1);
      List<byte[]> parts = raised.stream().map(ChangeChunk::bytes).toList();
      for (ChangeChunk chunk : AutomergeFile.changes(concatenated(parts), FileLimits.DEFAULT)) {
        copy.apply(chunk.bytes());
      }
      assertThat(copy.value()).isEqualTo(document.value());
      assertThat(copy.heads()).as("down as up").isEqualTo(document.heads());
    }
  }

  @Test
  void changesComeInAnOrderInWhichEachFollowsThoseItStandsOn() {
    try (NativeDocument document = document(20);
        NativeDocument copy = NativeDocument.create(new ActorId("0c"))) {
      for (ChangeChunk chunk : AutomergeFile.changes(document.save(), FileLimits.DEFAULT)) {
        copy.apply(chunk.bytes());
        assertThat(copy.heads()).contains(chunk.hash());
      }
      assertThat(copy.value()).isEqualTo(document.value());
      assertThat(copy.heads()).isEqualTo(document.heads());
    }
  }

  @Test
  void aChangeWhoseDependencyIsAbsentRefusesTheFile() {
    try (NativeDocument document = document(3)) {
      List<ChangeChunk> chunks =
          ChunkReader.readAll(ByteBuffer.wrap(document.changes()), GuardLimits.DEFAULT);
      byte[] lacking = concatenated(List.of(chunks.get(0).bytes(), chunks.get(2).bytes()));
      refuses(lacking, "a change stands on one that is not in the file");
    }
  }

  @Test
  void aRefusalNamesTheFileAndWhatToDo() throws IOException {
    Path file = folder.resolve("not.automerge");
    Files.writeString(file, "this is not a chunk");
    assertThatExceptionOfType(MeshException.Refused.class)
        .isThrownBy(() -> AutomergeFile.changes(file, FileLimits.DEFAULT))
        .withMessage(
            "import("
                + file
                + "): is no Automerge file that this mesh can take: not a chunk. Nothing was"
                + " imported. Save it anew with a current Automerge.");
    Files.write(file, new byte[0]);
    assertThatExceptionOfType(MeshException.Refused.class)
        .isThrownBy(() -> AutomergeFile.changes(file, FileLimits.DEFAULT))
        .withMessageContaining("empty file");
    assertThatExceptionOfType(MeshException.StoreFailure.class)
        .isThrownBy(() -> AutomergeFile.changes(folder.resolve("absent"), FileLimits.DEFAULT))
        .withMessageContaining("cannot be read");
  }

  @Test
  void limitsAreKept() throws IOException {
    byte[] saved;
    try (NativeDocument document = document(30)) {
      saved = document.save();
    }
    Path file = Files.write(folder.resolve("d.automerge"), saved);
    GuardLimits changes = GuardLimits.DEFAULT;
    assertThatExceptionOfType(MeshException.Refused.class)
        .isThrownBy(
            () ->
                AutomergeFile.changes(file, new FileLimits(saved.length - 1, 9999, 9999, changes)))
        .withMessageContaining("has more than " + (saved.length - 1) + " bytes");
    refuses(saved, new FileLimits(9999, 50, 9999, changes), "inflates to too much");
    refuses(saved, new FileLimits(9999, 99_999, 100, changes), "too many operations");
  }

  @Test
  void anHonestDocumentWithOneBitTurnedIsRefused() {
    byte[] saved;
    try (NativeDocument document = document(10)) {
      saved = document.save();
    }
    for (int bit = 0; bit < saved.length * 8; bit++) {
      byte[] turned = saved.clone();
      turned[bit / 8] ^= (byte) (1 << bit % 8);
      assertThatExceptionOfType(GuardException.class)
          .as("bit %s", bit)
          .isThrownBy(() -> AutomergeFile.changes(turned, FileLimits.DEFAULT));
    }
  }

  /** Behind a right checksum everything may be wrong: the heads prove what comes out. */
  @Test
  void damageBehindARightChecksumIsRefusedOrWithoutEffect() {
    byte[] saved;
    List<ChangeHash> whole;
    try (NativeDocument document = document(10)) {
      saved = document.save();
      whole = hashes(AutomergeFile.changes(saved, FileLimits.DEFAULT));
    }
    FileLimits limits = new FileLimits(1 << 20, 1 << 20, 1 << 16, GuardLimits.DEFAULT);
    Trials.run(
        20_000,
        random -> {
          byte[] damaged = damaged(saved, random);
          try {
            assertThat(hashes(AutomergeFile.changes(damaged, limits))).isEqualTo(whole);
          } catch (GuardException refused) {
            assertThat(refused.reason()).isNotBlank();
          }
        });
  }

  private static byte[] damaged(byte[] saved, Random random) throws Exception {
    byte[] damaged = saved.clone();
    for (int times = 1 + random.nextInt(4); times > 0; times--) {
      int at = 9 + random.nextInt(damaged.length - 9);
      damaged[at] =
          switch (random.nextInt(4)) {
            case 0 -> (byte) random.nextInt(256);
            case 1 -> (byte) (damaged[at] + 1);
            case 2 -> (byte) (damaged[at] - 1);
            default -> damaged[9 + random.nextInt(damaged.length - 9)];
          };
    }
    MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
    sha256.update(damaged, 8, damaged.length - 8);
    System.arraycopy(sha256.digest(), 0, damaged, 4, 4);
    return damaged;
  }

  private static NativeDocument document(int changes) {
    NativeDocument document = NativeDocument.create(new ActorId("0a"));
    for (int i = 0; i < changes; i++) {
      long number = i;
      document.change(
          root -> {
            root.put("key " + number % 4, number);
            root.list("list").add(Map.of("number", number));
            root.text("text").append("text " + number);
            if (number % 3 == 2) {
              root.remove("key " + (number - 1) % 4);
              root.list("list").remove(0);
              root.text("text").delete(1, 2);
            }
          });
    }
    return document;
  }

  private static List<Document> documents(SplittableRandom random) {
    List<Document> documents = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      byte[] actor = new byte[1 + random.nextInt(16)];
      random.nextBytes(actor);
      actor[0] = (byte) (i * 60);
      documents.add(new Document(actor));
    }
    return documents;
  }

  private static List<ChangeChunk> changes(Document document) {
    byte[] encoded = document.encodeChangesSince(new org.automerge.ChangeHash[0]);
    return ChunkReader.readAll(ByteBuffer.wrap(encoded), GuardLimits.DEFAULT);
  }

  private static List<ChangeHash> hashes(List<ChangeChunk> chunks) {
    return chunks.stream().map(ChangeChunk::hash).sorted().toList();
  }

  private static byte[] concatenated(List<byte[]> parts) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    parts.forEach(all::writeBytes);
    return all.toByteArray();
  }

  private static void refuses(byte[] bytes, String reason) {
    refuses(bytes, FileLimits.DEFAULT, reason);
  }

  private static void refuses(byte[] bytes, FileLimits limits, String reason) {
    assertThatExceptionOfType(GuardException.class)
        .isThrownBy(() -> AutomergeFile.changes(Arrays.copyOf(bytes, bytes.length), limits))
        .extracting(GuardException::reason)
        .isEqualTo(reason);
  }
}
