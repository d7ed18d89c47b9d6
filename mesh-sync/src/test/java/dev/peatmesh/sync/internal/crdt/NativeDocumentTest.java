package dev.peatmesh.sync.internal.crdt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.peatmesh.runtime.MeshException;
import dev.peatmesh.sync.Bytes;
import dev.peatmesh.sync.Counter;
import dev.peatmesh.sync.MapEditor;
import dev.peatmesh.sync.Text;
import dev.peatmesh.sync.Uint64;
import dev.peatmesh.sync.internal.guard.ActorId;
import dev.peatmesh.sync.internal.guard.ChangeChunk;
import dev.peatmesh.sync.internal.guard.ChangeHash;
import dev.peatmesh.sync.internal.guard.ChunkReader;
import dev.peatmesh.sync.internal.guard.DocumentGuard;
import dev.peatmesh.sync.internal.guard.GuardLimits;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class NativeDocumentTest {
  private static final ActorId ANN = new ActorId("0a");
  private static final ActorId BOB = new ActorId("0b");

  private final List<NativeDocument> documents = new ArrayList<>();
  private long openBefore;
  private NativeDocument document;

  @BeforeEach
  void open() {
    openBefore = NativeDocument.openCount();
    document = create(ANN);
  }

  @AfterEach
  void leavesNoNativeDocumentOpen() {
    documents.forEach(NativeDocument::close);
    assertThat(NativeDocument.openCount()).isEqualTo(openBefore);
  }

  @Test
  void everyKindOfValueComesBackThroughChunksAndThroughSaving() {
    Map<String, Object> value = everyKind();

    List<byte[]> chunks = new ArrayList<>();
    chunks.add(document.put(value).orElseThrow());
    chunks.add(document.change(root -> root.put("later", 1L << 40)).orElseThrow());
    NativeDocument peer = create(BOB);
    chunks.forEach(peer::apply);
    NativeDocument reloaded = load(document.save());

    Map<String, Object> expected = new HashMap<>(value);
    expected.put("later", 1L << 40);
    assertThat(document.value()).isEqualTo(expected);
    assertThat(peer.value()).isEqualTo(expected);
    assertThat(reloaded.value()).isEqualTo(expected);
    assertThat(peer.heads()).isEqualTo(document.heads()).isEqualTo(reloaded.heads()).hasSize(1);
  }

  @Test
  void narrowNumbersAndByteArraysReadBackAsTheirWideKind() {
    byte[] bytes = {1, 2};
    Map<String, Object> value = new HashMap<>();
    value.put("int", 7);
    value.put("short", (short) 8);
    value.put("byte", (byte) 9);
    value.put("float", 0.5f);
    value.put("bytes", bytes);
    value.put("time", Instant.parse("2026-11-21T00:00:00.123456789Z"));

    document.put(value);
    bytes[0] = 9;

    assertThat(document.value())
        .containsEntry("int", 7L)
        .containsEntry("short", 8L)
        .containsEntry("byte", 9L)
        .containsEntry("float", 0.5)
        .containsEntry("bytes", Bytes.of((byte) 1, (byte) 2))
        .containsEntry("time", Instant.parse("2026-11-21T00:00:00.123Z"));
  }

  @Test
  void aValueIsImmutableAllTheWayDown() {
    document.put(Map.of("map", Map.of("list", List.of(1L))));
    Map<String, Object> value = document.value();
    Map<?, ?> map = (Map<?, ?>) value.get("map");

    assertThatThrownBy(value::clear).isInstanceOf(UnsupportedOperationException.class);
    assertThatThrownBy(map::clear).isInstanceOf(UnsupportedOperationException.class);
    assertThatThrownBy(((List<?>) map.get("list"))::clear)
        .isInstanceOf(UnsupportedOperationException.class);
  }

  @Test
  void anEditThatThrowsLeavesNoTrace() {
    document.put(Map.of("kept", 1L, "text", new Text("abc"), "list", List.of(1L, 2L)));
    Map<String, Object> before = document.value();
    byte[] saved = document.save();

    assertThatThrownBy(
            () ->
                document.change(
                    root -> {
                      root.put("kept", 2L);
                      root.remove("list");
                      root.text("text").append("def");
                      root.put("wide", Long.MAX_VALUE);
                      root.map("new").put("a", 1L);
                      throw new IllegalArgumentException("mine");
                    }))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("mine");

    assertThat(document.value()).isEqualTo(before);
    assertThat(document.save()).isEqualTo(saved);
    assertThat(document.change(root -> root.put("kept", 3L))).isPresent();
  }

  @Test
  void anEditWithoutEffectMakesNoChange() {
    document.put(everyKind());

    assertThat(document.put(everyKind())).isEmpty();
    assertThat(document.change(root -> {})).isEmpty();
    assertThat(document.change(root -> root.put("long", Long.MAX_VALUE))).isEmpty();
    assertThat(document.change(root -> root.put("string", "a\uD83D\uDE00\0b"))).isEmpty();
    assertThat(document.change(root -> root.remove("absent"))).isEmpty();
    assertThat(document.change(root -> root.increment("counter", 0))).isEmpty();
  }

  @Test
  void anEditorIsOfNoUseAfterItsChangeNorOnAnotherThread() throws InterruptedException {
    AtomicReference<MapEditor> escaped = new AtomicReference<>();
    AtomicReference<Throwable> elsewhere = new AtomicReference<>();
    document.change(
        root -> {
          escaped.set(root.map("map"));
          Thread thread = new Thread(() -> root.put("k", 1L));
          thread.setUncaughtExceptionHandler((dead, thrown) -> elsewhere.set(thrown));
          thread.start();
          join(thread);
        });

    assertThatThrownBy(() -> escaped.get().put("k", 1L))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("is over");
    assertThat(elsewhere.get())
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("on the thread");
  }

  @Test
  void aDocumentRefusesToBeUsedFromInsideItsOwnChange() {
    assertThatThrownBy(() -> document.change(root -> document.put(Map.of())))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("Use its editor");
    assertThatThrownBy(() -> document.change(root -> document.close()))
        .isInstanceOf(IllegalStateException.class);
    assertThat(document.value()).isEmpty();
  }

  @Test
  void aClosedDocumentSaysSo() {
    document.close();
    document.close();

    assertThatThrownBy(document::value)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("is closed");
    assertThatThrownBy(() -> document.put(Map.of())).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> document.apply(new byte[0])).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void deletingMarksTheDocumentEveryTimeAndHidesTheMark() {
    document.put(Map.of("a", 1L));

    assertThat(document.delete()).isPresent();
    assertThat(document.delete()).isPresent();
    assertThat(document.value()).containsOnlyKeys("a");
  }

  @Test
  void aWriteAfterDeletionBeginsEmpty() {
    document.put(Map.of("a", 1L, "b", 2L));
    document.delete();

    document.change(root -> assertThat(root.keys()).isEmpty(), true);
    assertThat(document.value()).isEmpty();
    document.put(Map.of("b", 2L), true);
    assertThat(document.value()).isEqualTo(Map.of("b", 2L));
  }

  @Test
  void aWriteRemovesTheMarkThatAConcurrentEditOutlived() {
    byte[] first = document.put(Map.of("a", 1L)).orElseThrow();
    NativeDocument peer = create(BOB);
    peer.apply(first);
    peer.apply(document.delete().orElseThrow());

    assertThat(peer.put(Map.of("a", 1L))).isPresent();
    assertThat(peer.put(Map.of("a", 1L))).isEmpty();
    peer.change(root -> assertThat(root.keys()).containsExactly("a"));
  }

  @Test
  void theMarkOfDeletionIsNotForApplications() {
    assertThatThrownBy(() -> document.change(root -> root.put(ChangeChunk.DELETED_KEY, true)))
        .isInstanceOf(MeshException.Refused.class)
        .hasMessageContaining("reserved");
    assertThatThrownBy(() -> document.put(Map.of(ChangeChunk.DELETED_KEY, true)))
        .isInstanceOf(MeshException.Refused.class);
    assertThatThrownBy(() -> document.change(root -> root.contains(ChangeChunk.DELETED_KEY)))
        .isInstanceOf(MeshException.Refused.class);
  }

  @Test
  void aLoadedDocumentIsContinuedByTheGivenActor() {
    document.put(Map.of("a", 1L));
    NativeDocument reloaded = load(document.save());

    byte[] chunk = reloaded.put(Map.of("a", 2L)).orElseThrow();
    document.apply(chunk);

    assertThat(document.value()).isEqualTo(Map.of("a", 2L));
    assertThat(document.heads()).isEqualTo(reloaded.heads());
  }

  @Test
  void twoReplicasWithOneActorContradictAndTheDocumentStaysWhole() {
    NativeDocument twin = create(ANN);
    document.put(Map.of("a", 1L));
    byte[] other = twin.put(Map.of("a", 2L)).orElseThrow();

    assertThatThrownBy(() -> document.apply(other))
        .isInstanceOf(MeshException.Refused.class)
        .hasMessageContaining("refuses");
    assertThat(document.value()).isEqualTo(Map.of("a", 1L));
  }

  @Test
  void aRenewedActorStartsANewSequence() {
    document.put(Map.of("a", 1L));
    NativeDocument twin = load(document.save());
    document.put(Map.of("a", 2L));
    byte[] lost = twin.put(Map.of("a", 3L)).orElseThrow();
    document.renewActor(BOB);
    byte[] renewed = document.put(Map.of("a", 4L)).orElseThrow();

    assertThat(document.actor()).isEqualTo(BOB);
    assertThat(renewed).isNotEqualTo(lost);
    NativeDocument third = create(new ActorId("0c"));
    third.apply(document.save());
    assertThat(third.value()).isEqualTo(Map.of("a", 4L));
  }

  @Test
  void changesThatComeTooEarlyWait() {
    byte[] first = document.put(Map.of("a", 1L)).orElseThrow();
    byte[] second = document.put(Map.of("a", 2L)).orElseThrow();
    NativeDocument peer = create(BOB);

    peer.apply(second);
    assertThat(peer.heads()).isEmpty();
    assertThat(peer.value()).isEmpty();
    peer.apply(first);
    peer.apply(second);

    assertThat(peer.heads()).isEqualTo(document.heads());
  }

  @Test
  void damagedSavedBytesAreAStoreFailure() {
    byte[] saved = document.save();
    document.put(Map.of("a", 1L));
    byte[] truncated = Arrays.copyOf(document.save(), saved.length);

    assertThatThrownBy(() -> load(truncated)).isInstanceOf(MeshException.StoreFailure.class);
  }

  @Test
  void aChangeIsOneChunkWhoeverElseWroteMeanwhile() {
    document.put(Map.of("a", 1L));
    NativeDocument peer = create(BOB);
    Optional<byte[]> foreign = peer.put(Map.of("b", 1L));
    document.apply(foreign.orElseThrow());

    byte[] chunk = document.change(root -> root.put("c", 1L)).orElseThrow();

    assertThat(document.heads()).hasSize(1);
    assertThat(chunk.length).isLessThan(200);
    peer.apply(chunk);
    assertThat(peer.heads()).hasSize(1);
  }

  /** The core aborts the process here when the first try leaves its actor behind. */
  @Test
  void aFirstEditCanFailAgainAfterSomebodyElseWrote() {
    assertThat(document.change(root -> {})).isEmpty();
    NativeDocument peer = create(BOB);
    document.apply(peer.put(Map.of("a", 1L)).orElseThrow());

    assertThatThrownBy(
            () ->
                document.change(
                    root -> {
                      root.put("a", 2L);
                      throw new IllegalStateException("mine");
                    }))
        .hasMessage("mine");
    assertThat(document.put(Map.of("a", 1L))).isEmpty();
    document.put(Map.of("a", Long.MAX_VALUE)).ifPresent(peer::apply);
    assertThat(peer.value()).isEqualTo(Map.of("a", Long.MAX_VALUE));
  }

  @Test
  void aChangeThatPeersWouldRefuseIsTakenBack() {
    document.put(Map.of("kept", 1L));
    List<ChangeHash> heads = document.heads();

    assertThatThrownBy(() -> document.put(Map.of("bytes", new byte[6 << 20])))
        .isInstanceOf(MeshException.Refused.class)
        .hasMessageContaining("too large")
        .hasMessageContaining("Split it");
    assertThat(document.heads()).isEqualTo(heads);
    assertThat(document.value()).isEqualTo(Map.of("kept", 1L));
    NativeDocument peer = create(BOB);
    peer.apply(document.save());
    document.put(Map.of("kept", 2L)).ifPresent(peer::apply);
    assertThat(peer.value()).isEqualTo(Map.of("kept", 2L));
  }

  @Test
  void aFirstChangeThatPeersWouldRefuseLeavesAnEmptyDocument() {
    byte[] large = new byte[6 << 20];
    assertThatThrownBy(
            () ->
                document.change(
                    root -> {
                      root.put("wide", Long.MAX_VALUE);
                      root.put("bytes", large);
                    }))
        .isInstanceOf(MeshException.Refused.class);

    assertThat(document.heads()).isEmpty();
    assertThat(document.value()).isEmpty();
    assertThat(document.put(Map.of("a", 1L))).isPresent();
  }

  @Test
  void writingAsDeepAsPeersAcceptPassesTheirGuard() {
    Object deep = new Text("t");
    for (int depth = 1; depth < DocumentGuard.NESTING_MAX; depth++) {
      deep = depth % 2 == 0 ? List.of(deep) : Map.of("m", deep);
    }
    byte[] chunk = document.put(Map.of("deep", deep)).orElseThrow();
    assertThatCode(
            () ->
                new DocumentGuard()
                    .check(ChunkReader.read(ByteBuffer.wrap(chunk), GuardLimits.DEFAULT), 0))
        .doesNotThrowAnyException();

    Map<String, Object> deeper = Map.of("deeper", Map.of("deep", deep));
    assertThatThrownBy(() -> document.put(deeper)).isInstanceOf(MeshException.Refused.class);
  }

  private static Map<String, Object> everyKind() {
    Map<String, Object> value = new HashMap<>();
    value.put("null", null);
    value.put("true", true);
    value.put("false", false);
    value.put("int", -5L);
    value.put("long", Long.MAX_VALUE);
    value.put("least", Long.MIN_VALUE);
    value.put("edge", (long) Integer.MIN_VALUE);
    value.put("beyond", Integer.MIN_VALUE - 1L);
    value.put("double", 3.14159267);
    value.put("nan", Double.NaN);
    value.put("infinity", Double.NEGATIVE_INFINITY);
    value.put("negative zero", -0.0);
    value.put("string", "a\uD83D\uDE00\0b");
    value.put("empty", "");
    value.put("bytes", Bytes.of((byte) 0x85, (byte) 0x6f));
    value.put("time", Instant.ofEpochMilli(-905182979000L));
    value.put("counter", new Counter(1L << 50));
    value.put("text", new Text("\uD83C\uDDEC\uD83C\uDDE7 flag"));
    value.put("empty text", new Text(""));
    value.put("uint", new Uint64(-1));
    value.put("small uint", new Uint64(5));
    value.put("edge uint", new Uint64(1L << 31));
    value.put("map", Map.of("a", Map.of("b", List.of(List.of(), Map.of(), 1L << 33))));
    value.put("list", Arrays.asList(null, true, 5L, Long.MIN_VALUE, "x", new Counter(-1)));
    value.put("\u00fc key", "\u4e2d");
    return value;
  }

  private static void join(Thread thread) {
    try {
      thread.join();
    } catch (InterruptedException interrupted) {
      throw new AssertionError(interrupted);
    }
  }

  private NativeDocument create(ActorId actor) {
    NativeDocument created = NativeDocument.create(actor);
    documents.add(created);
    return created;
  }

  private NativeDocument load(byte[] saved) {
    NativeDocument loaded = NativeDocument.load(saved, ANN);
    documents.add(loaded);
    return loaded;
  }
}
