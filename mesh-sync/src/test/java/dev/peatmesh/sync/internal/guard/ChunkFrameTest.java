package dev.peatmesh.sync.internal.guard;

import static dev.peatmesh.sync.internal.guard.OperationDraft.put;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** What stands around a change: magic, checksum, type, length, compression. */
class ChunkFrameTest {
  private static final byte[] BODY = ChangeDraft.of(put("key", Values.TRUE)).body();

  @Test
  void readsThePartsOfAChange() {
    ChangeDraft draft = ChangeDraft.of(put("a", Values.TRUE), put("b", Values.FALSE));
    draft.seq = 7;
    draft.startOp = 300;
    draft.deps.add(Chunks.hash(1, BODY));

    ChangeChunk chunk = read(draft.encode());

    assertThat(chunk.hash().bytes()).isEqualTo(Chunks.hash(1, draft.body()));
    assertThat(chunk.deps()).containsExactly(ChangeHash.of(Chunks.hash(1, BODY)));
    assertThat(chunk.actor()).isEqualTo(ActorId.of(ChangeDraft.ACTOR));
    assertThat(chunk.seq()).isEqualTo(7);
    assertThat(chunk.startOp()).isEqualTo(300);
    assertThat(chunk.ops()).isEqualTo(2);
    assertThat(chunk.bytes()).isEqualTo(draft.encode());
  }

  @Test
  void keepsItsOwnCopyOfTheBytes() {
    byte[] encoded = Chunks.frame(1, BODY);
    ChangeChunk chunk = read(encoded);
    Arrays.fill(encoded, (byte) 0);
    assertThat(chunk.bytes()).isEqualTo(Chunks.frame(1, BODY));
  }

  @Test
  void readsDirectBuffersFromTheirPositionOnWithoutMovingThem() {
    byte[] encoded = Chunks.frame(1, BODY);
    ByteBuffer buffer = ByteBuffer.allocateDirect(encoded.length + 3).position(3);
    buffer.put(encoded).position(3);
    assertThat(ChunkReader.read(buffer, GuardLimits.DEFAULT).bytes()).isEqualTo(encoded);
    assertThat(buffer.position()).isEqualTo(3);
  }

  @Test
  void acceptsAChangeWithoutOperations() {
    assertThat(read(new ChangeDraft().encode()).ops()).isZero();
  }

  @Test
  void givesACompressedChangeTheHashOfTheUncompressedOne() {
    byte[] compressed = Chunks.compress(BODY);
    ChangeChunk chunk = read(compressed);
    assertThat(chunk.hash().bytes()).isEqualTo(Chunks.hash(1, BODY));
    assertThat(chunk.bytes()).isEqualTo(compressed);
  }

  @Test
  void readsChunksOneAfterTheOther() {
    byte[] other = ChangeDraft.of(put("other", Values.NULL)).encode();
    byte[] both = new ByteSink().raw(Chunks.compress(BODY)).raw(other).bytes();
    assertThat(ChunkReader.readAll(ByteBuffer.wrap(both), GuardLimits.DEFAULT))
        .extracting(ChangeChunk::bytes)
        .containsExactly(Chunks.compress(BODY), other);
    assertThat(ChunkReader.readAll(ByteBuffer.allocate(0), GuardLimits.DEFAULT)).isEmpty();
  }

  @Test
  void refusesASecondChunkWhereOneIsExpected() {
    byte[] one = Chunks.frame(1, BODY);
    refused(new ByteSink().raw(one).raw(one).bytes(), "bytes after the chunk");
  }

  @Test
  void refusesEveryShorterChunk() {
    byte[] whole = Chunks.frame(1, BODY);
    for (int length = 0; length < whole.length; length++) {
      ByteBuffer cut = ByteBuffer.wrap(whole, 0, length);
      assertThatExceptionOfType(GuardException.class)
          .as("length %d", length)
          .isThrownBy(() -> ChunkReader.read(cut, GuardLimits.DEFAULT));
    }
  }

  @Test
  void refusesEveryChangedBit() {
    byte[] whole = Chunks.frame(1, BODY);
    for (int bit = 0; bit < whole.length * 8; bit++) {
      byte[] changed = whole.clone();
      changed[bit / 8] ^= (byte) (1 << bit % 8);
      assertThatExceptionOfType(GuardException.class)
          .as("bit %d", bit)
          .isThrownBy(() -> read(changed));
    }
  }

  @Test
  void refusesAWrongChecksum() {
    refused(Chunks.frame(new byte[32], 1, BODY), "checksum does not match");
  }

  @Test
  void refusesDocumentChunks() {
    refused(Chunks.frame(0, BODY), "not a change");
  }

  @Test
  void refusesUnknownChunkTypes() {
    refused(Chunks.frame(3, BODY), "not a change");
  }

  @Test
  void refusesALengthSpelledLongerThanNeeded() {
    byte[] whole = Chunks.frame(1, BODY);
    byte[] padded =
        new ByteSink()
            .raw(Arrays.copyOf(whole, 9))
            .raw((byte) (BODY.length | 0x80), (byte) 0)
            .raw(BODY)
            .bytes();
    refused(padded, "number longer than needed");
  }

  @Test
  void refusesACompressedChangeWithAWrongChecksum() {
    refused(Chunks.frame(Chunks.hash(2, BODY), 2, Chunks.deflate(BODY)), "checksum does not match");
  }

  @Test
  void refusesWhatIsNotCompressedData() {
    refused(Chunks.frame(Chunks.hash(1, BODY), 2, Chunks.bytes(0xff, 0xff)), "not compressed data");
  }

  @Test
  void refusesCompressedDataThatIsCutOff() {
    byte[] deflated = Chunks.deflate(BODY);
    byte[] cut = Arrays.copyOf(deflated, deflated.length - 3);
    refused(Chunks.frame(Chunks.hash(1, BODY), 2, cut), "not compressed data");
  }

  @Test
  void refusesBytesAfterTheCompressedData() {
    byte[] more = new ByteSink().raw(Chunks.deflate(BODY)).raw((byte) 0).bytes();
    refused(Chunks.frame(Chunks.hash(1, BODY), 2, more), "bytes after the compressed data");
  }

  @Test
  void refusesWhatInflatesBeyondTheLimit() {
    byte[] bomb = Chunks.compress(new byte[GuardLimits.DEFAULT.inflatedBytesMax() + 1]);
    assertThat(bomb.length).isLessThan(20_000);
    refused(bomb, "inflates to too much");
  }

  @Test
  void inflatesUpToTheLimit() {
    GuardLimits exact = new GuardLimits(1000, BODY.length, 10, 10, 10);
    ByteBuffer chunk = ByteBuffer.wrap(Chunks.compress(BODY));
    assertThat(ChunkReader.read(chunk, exact).ops()).isOne();
  }

  @Test
  void refusesAChunkBeyondTheLimitBeforeCopyingIt() {
    GuardLimits small = new GuardLimits(BODY.length, 1000, 10, 10, 10);
    ByteBuffer chunk = ByteBuffer.wrap(Chunks.frame(1, BODY));
    assertThatExceptionOfType(GuardException.class)
        .isThrownBy(() -> ChunkReader.read(chunk, small))
        .withMessage("refused: chunk too large");
    assertThatExceptionOfType(GuardException.class)
        .isThrownBy(() -> ChunkReader.readAll(chunk, small))
        .withMessage("refused: chunk too large");
  }

  @Test
  void refusesALengthBeyondTheEndInAListOfChunks() {
    byte[] whole = Chunks.frame(1, BODY);
    ByteBuffer cut = ByteBuffer.wrap(whole, 0, whole.length - 1);
    assertThatExceptionOfType(GuardException.class)
        .isThrownBy(() -> ChunkReader.readAll(cut, GuardLimits.DEFAULT))
        .withMessage("refused: length beyond the end");
  }

  @Test
  void refusalsCarryNoStackTrace() {
    assertThatExceptionOfType(GuardException.class)
        .isThrownBy(() -> read(new byte[0]))
        .satisfies(refusal -> assertThat(refusal.getStackTrace()).isEmpty());
  }

  private static ChangeChunk read(byte[] encoded) {
    return ChunkReader.read(ByteBuffer.wrap(encoded), GuardLimits.DEFAULT);
  }

  private static void refused(byte[] encoded, String reason) {
    assertThatExceptionOfType(GuardException.class)
        .isThrownBy(() -> read(encoded))
        .extracting(GuardException::reason)
        .isEqualTo(reason);
  }
}
