package dev.peatmesh.testkit;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.peatmesh.sync.TextEditor;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Assumptions;

/**
 * What people typed, key by key, in the format of josephg/editing-traces.
 *
 * @param agents how many wrote, 1 or more
 * @param steps in an order in which each comes after what it stands on
 * @param end the text that came of it
 */
record EditingTrace(int agents, List<Step> steps, String end) {
  /**
   * What one author did at once.
   *
   * @param parents numbers of the last steps that the author had seen, if the trace tells
   */
  record Step(int agent, List<Integer> parents, List<Patch> patches) {}

  /** One edit; position and count are in code points. */
  record Patch(int position, int deleted, String inserted) {
    void applyTo(TextEditor text) {
      text.splice(position, deleted, inserted);
    }
  }

  /** Reads a trace of the fixtures; skips the calling test where there are none. */
  static EditingTrace read(String name) {
    String fixtures = System.getProperty("mesh.fixtures", "");
    Assumptions.assumeFalse(fixtures.isBlank(), "skipped: set -Dmesh.fixtures to the fixtures");
    Path file = Path.of(fixtures, "editing-traces", name + ".json.gz");
    try (InputStream in = new GZIPInputStream(Files.newInputStream(file));
        JsonParser json = new JsonFactory().createParser(in)) {
      return trace(json);
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }

  /** All edits of all authors, one after another. */
  List<Patch> patches() {
    return steps.stream().flatMap(step -> step.patches.stream()).toList();
  }

  /** The same keystrokes with other characters; each must become exactly one code point. */
  EditingTrace typedAs(UnaryOperator<String> characters) {
    List<Step> typed = new ArrayList<>();
    for (Step step : steps) {
      List<Patch> patches =
          step.patches.stream()
              .map(p -> new Patch(p.position, p.deleted, characters.apply(p.inserted)))
              .toList();
      typed.add(new Step(step.agent, step.parents, patches));
    }
    return new EditingTrace(agents, typed, characters.apply(end));
  }

  private static EditingTrace trace(JsonParser json) throws IOException {
    int agents = 1;
    List<Step> steps = new ArrayList<>();
    String end = "";
    json.nextToken();
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      String field = json.currentName();
      json.nextToken();
      switch (field) {
        case "numAgents" -> agents = json.getIntValue();
        case "endContent" -> end = json.getText();
        case "txns" -> readSteps(json, steps);
        default -> json.skipChildren();
      }
    }
    return new EditingTrace(agents, steps, end);
  }

  private static void readSteps(JsonParser json, List<Step> steps) throws IOException {
    while (json.nextToken() == JsonToken.START_OBJECT) {
      int agent = 0;
      List<Integer> parents = new ArrayList<>();
      List<Patch> patches = new ArrayList<>();
      while (json.nextToken() == JsonToken.FIELD_NAME) {
        String field = json.currentName();
        json.nextToken();
        switch (field) {
          case "agent" -> agent = json.getIntValue();
          case "parents" -> readParents(json, parents);
          case "patches" -> readPatches(json, patches);
          default -> json.skipChildren();
        }
      }
      steps.add(new Step(agent, parents, patches));
    }
  }

  private static void readParents(JsonParser json, List<Integer> parents) throws IOException {
    while (json.nextToken() != JsonToken.END_ARRAY) {
      parents.add(json.getIntValue());
    }
  }

  private static void readPatches(JsonParser json, List<Patch> patches) throws IOException {
    while (json.nextToken() == JsonToken.START_ARRAY) {
      int position = json.nextIntValue(-1);
      int deleted = json.nextIntValue(-1);
      patches.add(new Patch(position, deleted, json.nextTextValue()));
      json.nextToken();
    }
  }
}
