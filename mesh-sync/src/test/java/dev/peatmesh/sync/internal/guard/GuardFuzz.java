package dev.peatmesh.sync.internal.guard;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.automerge.Document;
import org.automerge.ObjectId;
import org.automerge.Transaction;

/**
 * Feeds hostile changes to native documents. Runs in a process of its own, since one change that
 * the native core cannot bear ends it.
 *
 * <p>Nothing here asks for patches: the core ends the process when it has to tell of a conflict.
 *
 * <p>Arguments: seed, number of inputs, {@code guarded} or {@code unguarded}, file for the inputs.
 */
final class GuardFuzz {
  private static final int INPUTS_PER_BASE = 2_000;
  private static final int INPUTS_PER_SESSION = 64;

  /** Saving and loading takes most of the time, and a document keeps what was accepted before. */
  private static final int LOADED_ONE_IN = 4;

  private final SplittableRandom random;
  private final InputRecorder recorder;
  private final boolean guarded;

  private Document document = new Document();
  private DocumentGuard guard = new DocumentGuard();
  private Map<ChangeHash, ChangeChunk> known = new HashMap<>();
  private List<ChangeHash> heads = List.of();

  /** Whether a change was accepted since the document was last saved and loaded. */
  private boolean used;

  private long accepted;
  private long applied;
  private long unloadable;

  private GuardFuzz(long seed, boolean guarded, Path file) throws IOException {
    this.random = new SplittableRandom(seed);
    this.guarded = guarded;
    this.recorder = new InputRecorder(file);
  }

  public static void main(String[] args) throws IOException {
    long inputs = Long.parseLong(args[1]);
    GuardFuzz fuzz =
        new GuardFuzz(Long.parseLong(args[0]), args[2].equals("guarded"), Path.of(args[3]));
    fuzz.run(inputs);
    System.out.printf(
        "inputs=%d accepted=%d applied=%d unloadable=%d aborts=0%n",
        inputs, fuzz.accepted, fuzz.applied, fuzz.unloadable);
  }

  private void run(long inputs) {
    long left = inputs;
    while (left > 0) {
      FuzzBase base = new FuzzBase(random);
      ChunkMutator mutator = new ChunkMutator(random, base);
      for (int i = 0; i < INPUTS_PER_BASE && left > 0; i++, left--) {
        if (i % INPUTS_PER_SESSION == 0) {
          startSession(base);
        }
        byte[] input = mutator.next(position());
        recorder.record(input);
        feed(input);
      }
      base.document.free();
    }
    endSession();
  }

  private void startSession(FuzzBase base) {
    endSession();
    document.free();
    document = base.document.fork();
    guard = new DocumentGuard();
    known = new HashMap<>();
    for (ChangeChunk chunk : base.history) {
      guard.admit(chunk);
      known.put(chunk.hash(), chunk);
    }
    heads = heads();
  }

  /** What is in the document at last is loaded in any case. */
  private void endSession() {
    if (used) {
      load();
    }
  }

  private ChunkMutator.Position position() {
    long lastOp = known.values().stream().mapToLong(ChangeChunk::lastOp).max().orElse(0);
    return new ChunkMutator.Position(heads, lastOp, guard::next);
  }

  private void feed(byte[] input) {
    if (!guarded) {
      applyUnguarded(input);
      use();
      return;
    }
    ChangeChunk chunk;
    try {
      chunk = ChunkReader.read(ByteBuffer.wrap(input), GuardLimits.DEFAULT);
      if (known.containsKey(chunk.hash()) || !known.keySet().containsAll(chunk.deps())) {
        return; // the engine drops what it has, and holds back what comes too early
      }
      guard.check(
          chunk, chunk.deps().stream().mapToLong(dep -> known.get(dep).lastOp()).max().orElse(0));
    } catch (GuardException e) {
      return;
    }
    accepted++;
    document.applyEncodedChanges(input);
    heads = heads();
    if (!heads.contains(chunk.hash())) {
      throw new AssertionError("the core left out what the guard accepted: " + chunk);
    }
    applied++;
    guard.admit(chunk);
    known.put(chunk.hash(), chunk);
    use();
  }

  private void applyUnguarded(byte[] input) {
    try {
      document.applyEncodedChanges(input);
    } catch (RuntimeException refused) {
      // It refuses some, and that is well.
    }
  }

  /** Everything that a replica does with a document afterwards. */
  private void use() {
    NativeReader.readAll(document);
    used = true;
    org.automerge.ChangeHash[] heads = document.getHeads();
    if (random.nextInt(LOADED_ONE_IN) == 0) {
      load();
    }
    if (random.nextInt(4) == 0) {
      Document fork = document.fork();
      try (Transaction transaction = fork.startTransaction()) {
        transaction.set(ObjectId.ROOT, "key0", random.nextInt());
        transaction.commit();
      }
      byte[] own = fork.encodeChangesSince(heads);
      if (guarded) {
        // What hostile changes did to the document must not make us write hostile ones.
        ChunkReader.readAll(ByteBuffer.wrap(own), GuardLimits.DEFAULT);
      }
      fork.merge(document);
      fork.diff(new org.automerge.ChangeHash[0], heads);
      fork.free();
    }
  }

  private void load() {
    used = false;
    byte[] saved = document.save();
    try {
      Document loaded = Document.load(saved);
      NativeReader.readAll(loaded);
      loaded.free();
    } catch (RuntimeException refused) {
      unloadable++;
    }
  }

  private List<ChangeHash> heads() {
    return Arrays.stream(document.getHeads()).map(head -> ChangeHash.of(head.getBytes())).toList();
  }
}
