package dev.peatmesh.sync.internal.replica;

import dev.peatmesh.sync.internal.engine.Agreement;
import dev.peatmesh.sync.internal.engine.PeerId;
import dev.peatmesh.sync.internal.engine.StoreId;
import dev.peatmesh.sync.internal.store.StoreWrite;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Keeps the last agreement with each peer in the store, as a note. */
final class Agreed {
  private static final String PREFIX = "agreed.";

  private static final Pattern NOTE =
      Pattern.compile("([0-9a-f]{32}) ([0-9a-f]{16}) (\\d{1,18}) (\\d{1,18}) (\\d{1,18})");

  private static final int HEX = 16;

  /** As many as the engine remembers: of peers that never come back the store is rid, too. */
  private static final int PEERS_MAX = 1_024;

  private final Unsaved unsaved;

  /** Who has a note; the one agreed with for longest ago first. */
  private final Set<PeerId> noted = new LinkedHashSet<>();

  /**
   * Goes on from what was kept.
   *
   * @param kept in any order
   */
  Agreed(Unsaved unsaved, List<Agreement> kept) {
    this.unsaved = unsaved;
    kept.stream()
        .sorted(Comparator.comparingLong(Agreement::wallMillis))
        .forEach(agreement -> noted.add(agreement.peer()));
  }

  /** In place of the agreement with that peer before. */
  void note(Agreement agreement) {
    String value =
        "%s %016x %d %d %d"
            .formatted(
                agreement.store(),
                agreement.theirOpening(),
                agreement.theirSequence(),
                agreement.ourSequence(),
                agreement.wallMillis());
    List<StoreWrite> writes = new ArrayList<>();
    writes.add(new StoreWrite.Note(PREFIX + agreement.peer().value(), value));
    noted.remove(agreement.peer());
    noted.add(agreement.peer());
    while (noted.size() > PEERS_MAX) {
      PeerId oldest = noted.iterator().next();
      noted.remove(oldest);
      writes.add(new StoreWrite.Note(PREFIX + oldest.value(), ""));
    }
    unsaved.save(Unsaved.Item.of(writes));
  }

  /** What was kept. One that cannot be read is passed over: then there is none. */
  static List<Agreement> recover(RecoveredDocuments recovered) {
    List<Agreement> kept = new ArrayList<>();
    recovered
        .notes()
        .forEach(
            (name, value) -> {
              if (name.startsWith(PREFIX)) {
                parse(new PeerId(name.substring(PREFIX.length())), value).ifPresent(kept::add);
              }
            });
    return kept;
  }

  private static Optional<Agreement> parse(PeerId peer, String value) {
    Matcher note = NOTE.matcher(value);
    if (!note.matches()) {
      return Optional.empty();
    }
    return Optional.of(
        new Agreement(
            peer,
            StoreId.of(HexFormat.of().parseHex(note.group(1))),
            Long.parseUnsignedLong(note.group(2), HEX),
            Long.parseLong(note.group(3)),
            Long.parseLong(note.group(4)),
            Long.parseLong(note.group(5))));
  }
}
