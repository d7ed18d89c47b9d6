package dev.peatmesh.sync.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.peatmesh.sync.DocumentKey;
import dev.peatmesh.sync.Trials;
import dev.peatmesh.sync.internal.engine.SyncFrame.Answer;
import dev.peatmesh.sync.internal.engine.SyncFrame.CollectionContract;
import dev.peatmesh.sync.internal.engine.SyncFrame.DocumentChanges;
import dev.peatmesh.sync.internal.engine.SyncFrame.DocumentGone;
import dev.peatmesh.sync.internal.engine.SyncFrame.DocumentHeads;
import dev.peatmesh.sync.internal.engine.SyncFrame.DocumentLatest;
import dev.peatmesh.sync.internal.engine.SyncFrame.DocumentWant;
import dev.peatmesh.sync.internal.engine.SyncFrame.Holder;
import dev.peatmesh.sync.internal.engine.SyncFrame.Question;
import dev.peatmesh.sync.internal.engine.SyncFrameCodec.MalformedFrame;
import dev.peatmesh.sync.internal.guard.ActorId;
import dev.peatmesh.sync.internal.guard.ChangeHash;
import dev.peatmesh.sync.internal.reconcile.Fingerprint;
import dev.peatmesh.sync.internal.reconcile.Offer;
import dev.peatmesh.sync.internal.reconcile.Partition;
import dev.peatmesh.sync.internal.reconcile.PositionRange;
import dev.peatmesh.sync.internal.reconcile.RangeFrame;
import dev.peatmesh.sync.internal.reconcile.RangeMessage;
import dev.peatmesh.sync.internal.reconcile.Tags;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SyncFrameCodecTest {
  private static final DocumentKey KEY = new DocumentKey("c", "id");
  private static final ChangeHash HASH = new ChangeHash(1, 2, 3, 4);
  private static final PeerId PEER = new PeerId("ab".repeat(32));
  private static final String HASH_HEX =
      "0000000000000001000000000000000200000000000000030000000000000004";

  @Test
  void everyFrameComesBackAsItWas() throws MalformedFrame {
    Set<Class<?>> seen = new HashSet<>();
    for (SyncFrame frame : samples()) {
      assertThat(SyncFrameCodec.decode(SyncFrameCodec.encode(frame))).isEqualTo(frame);
      seen.add(frame.getClass());
    }
    assertThat(seen).containsExactlyInAnyOrder(SyncFrame.class.getPermittedSubclasses());
  }

  @Test
  void theBytesOnTheWireStayAsTheyAre() {
    assertBytes(
        new SyncFrame.Summary(2, new Fingerprint(3, 4), 5, 6, 7),
        "40 0000000000000002 0000000000000003 0000000000000004 00000005 00000006 0000000000000007");
    assertBytes(
        new SyncFrame.Heads(List.of(new DocumentHeads(KEY, List.of(HASH)))),
        "41 0163 026964 0001" + HASH_HEX);
    assertBytes(
        new SyncFrame.Want(List.of(new DocumentWant(KEY, List.of(HASH), List.of()))),
        "42 0163 026964 0001" + HASH_HEX + "0000");
    assertBytes(
        new SyncFrame.Changes(List.of(new DocumentChanges(KEY, List.of(bytes("0a0b"))))),
        "43 0163 026964 0001 00000002 0a0b");
    assertBytes(new SyncFrame.Neighbours(List.of(PEER)), "44" + "ab".repeat(32));
    assertBytes(
        new SyncFrame.Hello(
            new Lineage(new StoreId(1, 2), 9, List.of(new Lineage.Opening(3, 8))),
            true,
            75_600,
            22),
        "45 0000000000000001 0000000000000002 0000000000000009 01 0000000000012750 00000016"
            + "0000000000000003 0000000000000008");
    assertBytes(
        new SyncFrame.Contracts(List.of(new CollectionContract("c", (byte) 3))), "46 0163 03");
    assertBytes(
        new SyncFrame.Latest(List.of(new DocumentLatest(KEY, bytes("0a0b")))),
        "48 0163 026964 00000002 0a0b");
    assertBytes(
        new SyncFrame.Gone(List.of(new DocumentGone(KEY, List.of(HASH), 16))),
        "49 0163 026964 0001" + HASH_HEX + "0000000000000010");
    assertBytes(
        new SyncFrame.Ask(List.of(new Question(KEY, new ChangeRef.Dot(new ActorId("0102"), 7), 1))),
        "4a 0163 026964 01 02 0102 0000000000000007 01");
    assertBytes(
        new SyncFrame.Held(
            List.of(new Answer(KEY, new ChangeRef.Hash(HASH), List.of(new Holder(PEER, true))))),
        "4b 0163 026964 00" + HASH_HEX + "01" + "ab".repeat(32) + "01");
    assertBytes(new SyncFrame.Pause(), "4c");
    assertBytes(new SyncFrame.Resume(), "4d");
    assertBytes(
        new SyncFrame.Compare(
            new RangeFrame.Partitions(
                1,
                Optional.of(Partition.live("b")),
                List.of(new RangeFrame.PartitionSummary(new Partition("c", 7), 0x0a0b0c0d)),
                true)),
        "4e 0000000000000001 03 0162 ffffffff 0163 00000007 0a0b0c0d");
    assertBytes(
        new SyncFrame.Compare(
            new RangeFrame.Ranges(
                1,
                Partition.live("c"),
                List.of(
                    new RangeMessage.Split(PositionRange.ALL, 1, 2, Tags.of(5)),
                    new RangeMessage.Items(new PositionRange(1L << 63, 1), Tags.of(6))))),
        "4f 0000000000000001 0163 ffffffff 01 00 02 00000005 10 0180 01 00000006");
  }

  @Test
  void changesThatResembleEachOtherTravelPacked() throws MalformedFrame {
    SyncFrame.Changes changes = new SyncFrame.Changes(manyChanges(500), true);

    ByteBuffer packed = SyncFrameCodec.encode(changes);

    assertThat(packed.get(0)).isEqualTo((byte) 0x47);
    assertThat(packed.remaining())
        .isLessThan(
            SyncFrameCodec.encode(new SyncFrame.Changes(changes.documents())).remaining() / 3);
    assertThat(SyncFrameCodec.decode(packed)).isEqualTo(new SyncFrame.Changes(changes.documents()));
  }

  @Test
  void whatDoesNotShrinkTravelsAsItIs() {
    byte[] noise = new byte[10_000];
    new Random(1).nextBytes(noise);
    SyncFrame.Changes changes =
        new SyncFrame.Changes(
            List.of(new DocumentChanges(KEY, List.of(ByteBuffer.wrap(noise)))), true);

    assertThat(SyncFrameCodec.encode(changes).get(0)).isEqualTo((byte) 0x43);
  }

  @Test
  void aFrameThatIsTooLargeToBePackedTravelsAsItIs() {
    ByteBuffer large = ByteBuffer.wrap(new byte[ChangePacking.BYTES_MAX + 1]);
    SyncFrame.Changes changes =
        new SyncFrame.Changes(List.of(new DocumentChanges(KEY, List.of(large))), true);

    assertThat(SyncFrameCodec.encode(changes).get(0)).isEqualTo((byte) 0x43);
  }

  @Test
  void aPackThatClaimsMoreThanItMayIsRefusedBeforeMemoryIsTaken() {
    ByteBuffer packed = SyncFrameCodec.encode(new SyncFrame.Changes(manyChanges(500), true));
    for (int claim : new int[] {ChangePacking.BYTES_MAX + 1, Integer.MAX_VALUE, -1, 0, 17}) {
      ByteBuffer forged = ByteBuffer.allocate(packed.remaining()).put(packed.duplicate()).flip();
      forged.putInt(1, claim);
      assertThatThrownBy(() -> SyncFrameCodec.decode(forged)).isInstanceOf(MalformedFrame.class);
    }
  }

  @Test
  void noBytesLeadToAnythingButAMalformedFrame() {
    List<byte[]> originals = new ArrayList<>();
    samples().forEach(frame -> originals.add(SyncFrameCodec.encode(frame).array()));
    originals.add(SyncFrameCodec.encode(new SyncFrame.Changes(manyChanges(50), true)).array());
    Trials.run(
        20_000,
        random -> {
          byte[] mutant = mutate(originals.get(random.nextInt(originals.size())), random);
          try {
            SyncFrame frame = SyncFrameCodec.decode(ByteBuffer.wrap(mutant));
            // What can be read can be written and read again.
            assertThat(SyncFrameCodec.decode(SyncFrameCodec.encode(frame))).isEqualTo(frame);
          } catch (MalformedFrame expected) {
            assertThat(expected.getMessage()).isNotEmpty();
          }
        });
  }

  @Test
  void noFrameIsOfAnUnknownTypeOrHasBytesToSpare() {
    for (String hex : List.of("", "3f", "50", "4c00", "4d00", "40")) {
      assertThatThrownBy(() -> SyncFrameCodec.decode(bytes(hex)))
          .as(hex)
          .isInstanceOf(MalformedFrame.class);
    }
  }

  private static byte[] mutate(byte[] original, Random random) {
    byte[] mutant = original.clone();
    if (random.nextInt(4) == 0) {
      mutant = Arrays.copyOf(mutant, random.nextInt(mutant.length + 8));
    }
    for (int i = random.nextInt(6); i > 0 && mutant.length > 0; i--) {
      int at = random.nextInt(random.nextBoolean() ? Math.min(24, mutant.length) : mutant.length);
      mutant[at] = (byte) (random.nextBoolean() ? random.nextInt(256) : -random.nextInt(2));
    }
    return mutant;
  }

  private static List<SyncFrame> samples() {
    Answer answer =
        new Answer(
            KEY,
            new ChangeRef.Hash(HASH),
            List.of(new Holder(PEER, true), new Holder(PEER, false)));
    Question question = new Question(KEY, new ChangeRef.Dot(new ActorId("0102"), 7), 3);
    Partition partition = new Partition("tracks", 7);
    RangeFrame pages =
        new RangeFrame.Partitions(
            -9,
            Optional.of(Partition.live("a")),
            List.of(new RangeFrame.PartitionSummary(partition, -4)),
            false);
    RangeFrame ranges =
        new RangeFrame.Ranges(
            77,
            partition,
            List.of(
                new RangeMessage.Split(PositionRange.ALL, 4, 0x8001, Tags.of(5, 6)),
                new RangeMessage.Items(new PositionRange(0x1234L << 48, 16), Tags.of(1, -1)),
                new RangeMessage.Mismatch(
                    PositionRange.ALL,
                    List.of(new Offer(new DocumentKey("tracks", "x"), List.of(HASH))),
                    Tags.of(9))));
    return List.of(
        new SyncFrame.Summary(2, new Fingerprint(-3, 4), 5, 6, 7),
        new SyncFrame.Compare(pages),
        new SyncFrame.Compare(ranges),
        new SyncFrame.Heads(
            List.of(
                new DocumentHeads(KEY, List.of(HASH)),
                new DocumentHeads(new DocumentKey("naïve", "ключ"), List.of()))),
        new SyncFrame.Want(List.of(new DocumentWant(KEY, List.of(HASH), List.of(HASH, HASH)))),
        new SyncFrame.Changes(manyChanges(3)),
        new SyncFrame.Latest(List.of(new DocumentLatest(KEY, bytes("0102")))),
        new SyncFrame.Gone(List.of(new DocumentGone(KEY, List.of(HASH), 1_700_000_000))),
        new SyncFrame.Ask(List.of(question)),
        new SyncFrame.Held(List.of(answer)),
        new SyncFrame.Neighbours(List.of(PEER)),
        new SyncFrame.Hello(
            new Lineage(new StoreId(-1, 2), 9, List.of(new Lineage.Opening(3, 8))), false, 60, 2),
        new SyncFrame.Contracts(
            List.of(new CollectionContract("c", (byte) 3), new CollectionContract("d", (byte) 0))),
        new SyncFrame.Pause(),
        new SyncFrame.Resume());
  }

  private static List<DocumentChanges> manyChanges(int count) {
    List<ByteBuffer> chunks = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      byte[] chunk = new byte[100];
      ByteBuffer.wrap(chunk).putInt(i);
      chunks.add(ByteBuffer.wrap(chunk));
    }
    return List.of(new DocumentChanges(KEY, chunks));
  }

  private static void assertBytes(SyncFrame frame, String hex) {
    ByteBuffer encoded = SyncFrameCodec.encode(frame);
    byte[] bytes = new byte[encoded.remaining()];
    encoded.get(bytes);
    assertThat(HexFormat.of().formatHex(bytes)).isEqualTo(hex.replace(" ", ""));
  }

  private static ByteBuffer bytes(String hex) {
    return ByteBuffer.wrap(HexFormat.of().parseHex(hex));
  }
}
