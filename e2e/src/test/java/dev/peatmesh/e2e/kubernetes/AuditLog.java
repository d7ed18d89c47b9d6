package dev.peatmesh.e2e.kubernetes;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** What an API server was asked for, by whom, and what it answered. */
final class AuditLog {
  /** Written to the API server: every answered request, without bodies. */
  static final String POLICY =
      """
      apiVersion: audit.k8s.io/v1
      kind: Policy
      omitStages: ["RequestReceived", "ResponseStarted"]
      rules:
        - level: Metadata
      """;

  private final Path file;

  /** One answered request. */
  record Entry(
      String user, String verb, String resource, String namespace, int code, String agent) {}

  AuditLog(Path file) {
    this.file = file;
  }

  /** The requests of that user so far. A watch is among them when it has ended. */
  List<Entry> of(String user) {
    try {
      return Files.readAllLines(file).stream()
          .filter(line -> line.endsWith("}") && line.contains(user))
          .map(AuditLog::entry)
          .filter(entry -> entry.user().equals(user))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Entry entry(String line) {
    JsonObject event = JsonParser.parseString(line).getAsJsonObject();
    JsonObject object = object(event, "objectRef").orElseGet(JsonObject::new);
    return new Entry(
        object(event, "user").map(user -> text(user, "username")).orElse(""),
        text(event, "verb"),
        text(object, "resource"),
        text(object, "namespace"),
        object(event, "responseStatus").map(status -> status.get("code").getAsInt()).orElse(0),
        text(event, "userAgent"));
  }

  private static Optional<JsonObject> object(JsonObject in, String key) {
    return Optional.ofNullable(in.getAsJsonObject(key));
  }

  private static String text(JsonObject in, String key) {
    return in.has(key) ? in.get(key).getAsString() : "";
  }
}
