package dev.peatmesh.discovery.k8s.internal.client;

import com.google.gson.ExclusionStrategy;
import com.google.gson.FieldAttributes;
import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonElement;
import com.google.gson.JsonParseException;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import dev.peatmesh.discovery.k8s.internal.Slice;
import io.kubernetes.client.openapi.models.V1EndpointSlice;
import io.kubernetes.client.openapi.models.V1ManagedFieldsEntry;
import io.kubernetes.client.openapi.models.V1ObjectMeta;
import io.kubernetes.client.openapi.models.V1Status;
import java.io.IOException;
import java.io.Reader;
import java.io.StringReader;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Reads what the API sends, one slice at a time, and keeps of each what peers are made of.
 *
 * <p>The models are the client's, its JSON reader is not: that one refuses an object with a field
 * that it does not know, and a newer API has new fields. Times and managed fields are passed over.
 */
final class SliceJson {
  /** The most slices in one page; the API sends as many as asked for, or all. */
  private static final int SLICES_MAX = 2000;

  private final Gson gson =
      new GsonBuilder()
          .addDeserializationExclusionStrategy(
              new ExclusionStrategy() {
                @Override
                public boolean shouldSkipField(FieldAttributes field) {
                  return field.getName().equals("managedFields");
                }

                @Override
                public boolean shouldSkipClass(Class<?> type) {
                  return type == OffsetDateTime.class || type == V1ManagedFieldsEntry.class;
                }
              })
          .create();

  private final String annotationPrefix;

  SliceJson(String annotationPrefix) {
    this.annotationPrefix = annotationPrefix;
  }

  /** A page of a list. */
  record ListPage(List<Slice> slices, String resourceVersion, String continueToken) {}

  /** What a watch tells: exactly one of slice and status, or neither with a bookmark. */
  record WatchEvent(
      String type, @Nullable Slice slice, @Nullable V1Status status, String resourceVersion) {}

  /** The metadata of a list, as far as it is needed. */
  private record ListMeta(@Nullable String resourceVersion, @Nullable String continueToken) {}

  /** An event of a watch, its object unread. */
  private static final class RawEvent {
    @Nullable String type;
    @Nullable JsonElement object;
  }

  /**
   * Reads a list.
   *
   * @throws JsonParseException when it is none
   */
  ListPage list(Reader json) throws IOException {
    JsonReader reader = new JsonReader(json);
    List<Slice> slices = new ArrayList<>();
    ListMeta meta = new ListMeta(null, null);
    boolean items = false;
    try {
      reader.beginObject();
      while (reader.hasNext()) {
        switch (reader.nextName()) {
          case "metadata" -> meta = meta(reader);
          case "items" -> {
            items = true;
            items(reader, slices);
          }
          default -> reader.skipValue();
        }
      }
      reader.endObject();
    } catch (IllegalStateException e) {
      throw new JsonParseException("is not the JSON of a list", e);
    }
    if (!items) {
      throw new JsonParseException("has no items");
    }
    return new ListPage(slices, orEmpty(meta.resourceVersion()), orEmpty(meta.continueToken()));
  }

  /**
   * Reads one line of a watch.
   *
   * @throws JsonParseException when it is none
   */
  WatchEvent event(String json) {
    RawEvent raw = gson.fromJson(json, RawEvent.class);
    if (raw == null || raw.type == null || raw.object == null || !raw.object.isJsonObject()) {
      throw new JsonParseException("is not an event");
    }
    if (raw.type.equals("ERROR")) {
      return new WatchEvent(raw.type, null, gson.fromJson(raw.object, V1Status.class), "");
    }
    V1EndpointSlice slice = gson.fromJson(raw.object, V1EndpointSlice.class);
    V1ObjectMeta meta = Objects.requireNonNullElseGet(slice.getMetadata(), V1ObjectMeta::new);
    return new WatchEvent(
        raw.type, Slice.of(slice, annotationPrefix), null, orEmpty(meta.getResourceVersion()));
  }

  /** Reads what stands in the body of an error; null when that is no status. */
  @Nullable V1Status status(String json) {
    try {
      return gson.fromJson(new StringReader(json), V1Status.class);
    } catch (JsonParseException noStatus) {
      return null;
    }
  }

  private void items(JsonReader reader, List<Slice> slices) throws IOException {
    if (reader.peek() == JsonToken.NULL) {
      reader.nextNull();
      return;
    }
    reader.beginArray();
    while (reader.hasNext()) {
      if (slices.size() == SLICES_MAX) {
        throw new JsonParseException("has more than " + SLICES_MAX + " items");
      }
      V1EndpointSlice slice = gson.fromJson(reader, V1EndpointSlice.class);
      if (slice != null) {
        slices.add(Slice.of(slice, annotationPrefix));
      }
    }
    reader.endArray();
  }

  private static ListMeta meta(JsonReader reader) throws IOException {
    String version = null;
    String next = null;
    reader.beginObject();
    while (reader.hasNext()) {
      String name = reader.nextName();
      if (reader.peek() == JsonToken.NULL) {
        reader.nextNull();
      } else if (name.equals("resourceVersion")) {
        version = reader.nextString();
      } else if (name.equals("continue")) {
        next = reader.nextString();
      } else {
        reader.skipValue();
      }
    }
    reader.endObject();
    return new ListMeta(version, next);
  }

  private static String orEmpty(@Nullable String text) {
    return text == null ? "" : text;
  }
}
