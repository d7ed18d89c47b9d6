package dev.peatmesh.sync.internal.replica;

import dev.peatmesh.sync.internal.engine.Agreement;
import dev.peatmesh.sync.internal.engine.PeerId;
import dev.peatmesh.sync.internal.engine.StoreId;
import dev.peatmesh.sync.internal.store.StoreWrite;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Keeps the last agreement with each peer in the store, as a note. */
final class Agreed {
  private static final String PREFIX = "agreed.";

  private static final Pattern NOTE =
      Pattern.compile("([0-9a-f]{32}) (\\d{1,18}) (\\d{1,18}) (\\d{1,18})");

  private final Unsaved unsaved;

  Agreed(Unsaved unsaved) {
    this.unsaved = unsaved;
  }

  /** In place of the agreement with that peer before. */
  void note(Agreement agreement) {
    String value =
        "%s %d %d %d"
            .formatted(
                agreement.store(),
                agreement.theirSequence(),
                agreement.ourSequence(),
                agreement.wallMillis());
    unsaved.save(
        Unsaved.Item.of(List.of(new StoreWrite.Note(PREFIX + agreement.peer().value(), value))));
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
            Long.parseLong(note.group(2)),
            Long.parseLong(note.group(3)),
            Long.parseLong(note.group(4))));
  }
}
