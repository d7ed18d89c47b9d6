package dev.peatmesh.sync.internal.engine;

import dev.peatmesh.sync.internal.guard.ChangeChunk;
import dev.peatmesh.sync.internal.guard.ChangeHash;
import dev.peatmesh.sync.internal.guard.ChunkReader;
import dev.peatmesh.sync.internal.guard.GuardException;
import dev.peatmesh.sync.internal.guard.GuardLimits;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The way of a remote change into a document: guard, known already?, complete?, sequence, then the
 * document itself. Belongs to the document loop.
 */
public final class ChangeIntake {
  private final ChangeApplier applier;
  private final GuardLimits limits;

  /** Takes in what the limits allow and hands it to the applier. */
  public ChangeIntake(ChangeApplier applier, GuardLimits limits) {
    this.applier = applier;
    this.limits = limits;
  }

  /** A change that is in the document now, and who sent it. */
  record Applied(ChangeChunk chunk, PeerId source) {}

  /**
   * What became of an offer.
   *
   * @param seen hashes of all that came
   * @param applied what is in the document now, in order
   * @param missing what must be fetched before the rest can be applied
   * @param refused what was refused although an honest peer may have sent it
   */
  record Result(
      List<ChangeHash> seen,
      List<Applied> applied,
      List<ChangeHash> missing,
      List<String> refused) {}

  /**
   * Takes in chunks that a peer sent for one document.
   *
   * @throws GuardException when a chunk is such as no correct peer sends; nothing was changed
   */
  Result take(DocumentState document, PeerId source, List<ByteBuffer> encoded) {
    List<ChangeChunk> chunks = new ArrayList<>(encoded.size());
    for (ByteBuffer each : encoded) {
      chunks.add(ChunkReader.read(each, limits));
    }
    Arrival arrival = new Arrival(document);
    chunks.forEach(chunk -> arrival.offer(chunk, source));
    return arrival.finish();
  }

  /** One offer on its way. */
  private final class Arrival {
    private final DocumentState document;
    private final List<ChangeHash> seen = new ArrayList<>();
    private final List<Applied> accepted = new ArrayList<>();
    private final Set<ChangeHash> missing = new LinkedHashSet<>();
    private final List<String> refused = new ArrayList<>();

    Arrival(DocumentState document) {
      this.document = document;
    }

    void offer(ChangeChunk chunk, PeerId source) {
      seen.add(chunk.hash());
      if (document.knows(chunk.hash())) {
        return;
      }
      Deque<Applied> ready = new ArrayDeque<>();
      ready.add(new Applied(chunk, source));
      while (!ready.isEmpty()) {
        Applied next = ready.remove();
        if (admit(next)) {
          document
              .pending()
              .release(next.chunk.hash())
              .forEach(each -> ready.add(new Applied(each.chunk(), each.source())));
        }
      }
    }

    /** Puts the change into the graph; returns false when it has to wait or is refused. */
    private boolean admit(Applied change) {
      ChangeChunk chunk = change.chunk;
      List<ChangeHash> lacking = document.graph().missing(chunk);
      if (!lacking.isEmpty()) {
        document.pending().add(new PendingChanges.Waiting(chunk, change.source, lacking.get(0)));
        lacking.stream().filter(hash -> !document.pending().contains(hash)).forEach(missing::add);
        return false;
      }
      String problem = problem(chunk);
      if (problem != null) {
        document.refuse(chunk.hash());
        refused.add("change " + chunk.hash() + ": " + problem);
        return false;
      }
      document.add(chunk);
      missing.remove(chunk.hash());
      accepted.add(change);
      return true;
    }

    private @Nullable String problem(ChangeChunk chunk) {
      try {
        document.guard().check(chunk, document.graph().maxOp(chunk.deps()));
        return null;
      } catch (GuardException conflict) {
        return conflict.reason();
      }
    }

    Result finish() {
      List<ChangeChunk> chunks = accepted.stream().map(Applied::chunk).toList();
      List<ChangeChunk> rejected =
          chunks.isEmpty() ? List.of() : applier.apply(document.key(), chunks);
      if (!rejected.isEmpty()) {
        document.withdraw(rejected);
        Set<ChangeHash> gone = new HashSet<>();
        rejected.forEach(chunk -> gone.add(chunk.hash()));
        accepted.removeIf(each -> gone.contains(each.chunk.hash()));
        gone.forEach(hash -> refused.add("change " + hash + ": the document did not take it"));
      }
      missing.removeIf(document::knows);
      return new Result(seen, accepted, List.copyOf(missing), refused);
    }
  }
}
