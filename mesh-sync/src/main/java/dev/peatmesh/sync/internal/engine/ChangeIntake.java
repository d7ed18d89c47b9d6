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
import java.util.Optional;
import java.util.Set;

/**
 * The way of a remote change into a document: guard, known already?, complete?, small enough?,
 * sequence, then the document itself. Belongs to the document loop.
 */
final class ChangeIntake {
  private final Documents documents;
  private final GuardLimits limits;
  private final EarlyChanges early = new EarlyChanges();
  private final RefusedChanges refused = new RefusedChanges();

  /** Takes in what the limits allow and hands it to the documents. */
  ChangeIntake(Documents documents, GuardLimits limits) {
    this.documents = documents;
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

  /**
   * Whether the change is worth asking for. One that waits counts as lacking: what it waits for can
   * only be found by asking for it again.
   */
  boolean lacks(DocumentState document, ChangeHash hash) {
    return !document.graph().contains(hash) && !refused.contains(hash);
  }

  /** Whether the change will never be taken, as far as we remember. */
  boolean refuses(ChangeHash hash) {
    return refused.contains(hash);
  }

  /** One offer on its way. */
  private final class Arrival {
    private final DocumentState document;
    private final List<ChangeHash> seen = new ArrayList<>();
    private final List<Applied> accepted = new ArrayList<>();
    private final Set<ChangeHash> missing = new LinkedHashSet<>();
    private final List<String> problems = new ArrayList<>();
    private long bytes;

    Arrival(DocumentState document) {
      this.document = document;
    }

    void offer(ChangeChunk chunk, PeerId source) {
      seen.add(chunk.hash());
      if (knows(chunk.hash())) {
        return;
      }
      Deque<Applied> ready = new ArrayDeque<>();
      ready.add(new Applied(chunk, source));
      while (!ready.isEmpty()) {
        Applied next = ready.remove();
        if (admit(next)) {
          early
              .release(document.key(), next.chunk.hash())
              .forEach(each -> ready.add(new Applied(each.chunk(), each.source())));
        }
      }
    }

    /** Puts the change into the graph; returns false when it has to wait or is refused. */
    private boolean admit(Applied change) {
      ChangeChunk chunk = change.chunk;
      List<ChangeHash> lacking = document.graph().missing(chunk);
      if (!lacking.isEmpty()) {
        early.add(document.key(), new EarlyChanges.Early(chunk, change.source, lacking.get(0)));
        missing.addAll(lacking);
        return false;
      }
      Optional<String> problem = problem(chunk);
      if (problem.isPresent()) {
        refused.add(chunk.hash());
        problems.add("change " + chunk.hash() + ": " + problem.get());
        return false;
      }
      document.add(chunk);
      bytes += chunk.size();
      missing.remove(chunk.hash());
      accepted.add(change);
      return true;
    }

    private Optional<String> problem(ChangeChunk chunk) {
      // A document that is too large must still be deletable.
      Optional<String> tooLarge =
          chunk.deletesDocument()
              ? Optional.empty()
              : documents.tooLarge(document.key(), bytes + chunk.size());
      if (tooLarge.isPresent()) {
        return tooLarge;
      }
      try {
        document.guard().check(chunk, document.graph().maxOp(chunk.deps()));
        return Optional.empty();
      } catch (GuardException conflict) {
        return Optional.of(conflict.reason());
      }
    }

    Result finish() {
      List<ChangeChunk> chunks = accepted.stream().map(Applied::chunk).toList();
      List<ChangeChunk> rejected = chunks.isEmpty() ? List.of() : documents.apply(document, chunks);
      if (!rejected.isEmpty()) {
        document.withdraw(rejected);
        Set<ChangeHash> gone = new HashSet<>();
        rejected.forEach(chunk -> gone.add(chunk.hash()));
        accepted.removeIf(each -> gone.contains(each.chunk.hash()));
        gone.forEach(refused::add);
        gone.forEach(hash -> problems.add("change " + hash + ": the document did not take it"));
      }
      missing.removeIf(this::knows);
      return new Result(seen, accepted, List.copyOf(missing), problems);
    }

    /** Whether the change is here, waits for others, or was refused for good. */
    private boolean knows(ChangeHash hash) {
      return document.graph().contains(hash)
          || early.contains(document.key(), hash)
          || refused.contains(hash);
    }
  }
}
