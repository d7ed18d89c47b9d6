package dev.peatmesh.sync.internal.replica;

import dev.peatmesh.sync.internal.engine.Checkpoint;
import dev.peatmesh.sync.internal.store.StoreWrite;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The engine's checkpoints as the store keeps them: one note. */
final class StoredCheckpoints {
  private static final String NOTE = "journal.checkpoints";

  private static final Pattern CHECKPOINT = Pattern.compile("(\\d{1,18}):(\\d{1,18})");

  private StoredCheckpoints() {}

  static StoreWrite note(List<Checkpoint> checkpoints) {
    return new StoreWrite.Note(
        NOTE,
        checkpoints.stream()
            .map(each -> each.wallMillis() + ":" + each.sequence())
            .collect(Collectors.joining(",")));
  }

  static List<Checkpoint> recover(RecoveredDocuments recovered) {
    List<Checkpoint> checkpoints = new ArrayList<>();
    Matcher found = CHECKPOINT.matcher(recovered.note(NOTE));
    while (found.find()) {
      checkpoints.add(
          new Checkpoint(Long.parseLong(found.group(1)), Long.parseLong(found.group(2))));
    }
    return checkpoints;
  }
}
