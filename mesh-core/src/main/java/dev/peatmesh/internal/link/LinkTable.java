package dev.peatmesh.internal.link;

import dev.peatmesh.RefusalReason;
import dev.peatmesh.crypto.EndpointId;
import dev.peatmesh.internal.transport.Refusal;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The authorised links, at most one per peer, at most {@code linksMax} in all. Decides which of two
 * stays. Both sides decide alike, whatever order things happen in: the rule looks only at what both
 * know.
 *
 * <ol>
 *   <li>The newer incarnation stays: a peer that restarted does not wait for an idle timeout, and a
 *       twin with the same identity is told.
 *   <li>Of two links dialled from both sides, the one dialled by the lower endpoint id stays.
 *   <li>Of two links dialled from one side, the newer stays: it was dialled because that side has
 *       lost the older.
 * </ol>
 */
public final class LinkTable {
  /** Whether a verified connection becomes a link. */
  public sealed interface Verdict {
    /** It does; there is no other. */
    record Admit() implements Verdict {}

    /** It does, in place of the present one. */
    record Replace(Link present, Refusal why) implements Verdict {}

    /** It does not. */
    record Refuse(Refusal refusal) implements Verdict {}
  }

  private final EndpointId self;
  private final int linksMax;
  private final Map<EndpointId, Link> byPeer = new LinkedHashMap<>();
  private final Map<Long, Link> byConnection = new LinkedHashMap<>();

  public LinkTable(EndpointId self, int linksMax) {
    this.self = self;
    this.linksMax = linksMax;
  }

  /** Judges a connection that has proved itself. Changes nothing. */
  public Verdict judge(Link candidate) {
    Link present = byPeer.get(candidate.peer().endpointId());
    if (present == null) {
      return byPeer.size() < linksMax
          ? new Verdict.Admit()
          : new Verdict.Refuse(
              Refusal.ours(
                  RefusalReason.OVERLOADED, "all %d places for links taken".formatted(linksMax)));
    }
    int age = Long.compareUnsigned(candidate.peer().incarnation(), present.peer().incarnation());
    if (age > 0) {
      return replace(present, RefusalReason.DUPLICATE_IDENTITY, newer(candidate, present));
    }
    if (age < 0) {
      return new Verdict.Refuse(
          Refusal.ours(RefusalReason.DUPLICATE_IDENTITY, newer(present, candidate)));
    }
    if (candidate.dialled() == present.dialled()) {
      return replace(present, RefusalReason.DUPLICATE_LINK, "a newer connection took its place");
    }
    boolean lower = self.compareTo(candidate.peer().endpointId()) < 0;
    return candidate.dialled() == lower
        ? replace(present, RefusalReason.DUPLICATE_LINK, "the other one was dialled by the lower")
        : new Verdict.Refuse(
            Refusal.ours(
                RefusalReason.DUPLICATE_LINK, "the other one was dialled by the lower endpoint"));
  }

  /** Enters a link that was admitted; the one it replaces has been taken out. */
  public void add(Link link) {
    Link former = byPeer.put(link.peer().endpointId(), link);
    if (former != null) {
      throw new AssertionError("two links to " + link.peer());
    }
    byConnection.put(link.connection(), link);
  }

  /** Takes the link on this connection out; null when there is none. */
  public @Nullable Link remove(long connection) {
    Link link = byConnection.remove(connection);
    if (link != null) {
      byPeer.remove(link.peer().endpointId());
    }
    return link;
  }

  /** Whether there is a link to this peer. */
  public boolean contains(EndpointId peer) {
    return byPeer.containsKey(peer);
  }

  /** All links, in the order they came up. A copy. */
  public List<Link> all() {
    return List.copyOf(byPeer.values());
  }

  public int size() {
    return byPeer.size();
  }

  private static Verdict replace(Link present, RefusalReason reason, String detail) {
    return new Verdict.Replace(present, Refusal.ours(reason, detail));
  }

  private static String newer(Link newer, Link older) {
    return "incarnation %s of %s is newer than %s"
        .formatted(
            Long.toUnsignedString(newer.peer().incarnation()),
            newer.peer().nodeName(),
            Long.toUnsignedString(older.peer().incarnation()));
  }
}
