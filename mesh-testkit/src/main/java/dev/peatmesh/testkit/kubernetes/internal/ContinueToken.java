package dev.peatmesh.testkit.kubernetes.internal;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Base64;

/**
 * Where a list goes on.
 *
 * @param revision the state that the first page showed; negative: whatever is there now
 * @param after the path of the last object shown
 */
record ContinueToken(long revision, String after) {
  private static final int CHARS_MAX = 4096;
  private static final String VERSION = "meta.k8s.io/v1";

  static ContinueToken parse(String text) {
    if (text.length() > CHARS_MAX) {
      throw Refusal.badRequest("continue key is not valid: is too long");
    }
    try {
      ObjectNode token = Json.read(new String(Base64.getUrlDecoder().decode(text), UTF_8));
      ContinueToken parsed =
          new ContinueToken(token.path("rv").asLong(), token.path("start").asText());
      if (token.path("v").asText().equals(VERSION)
          && parsed.revision != 0
          && !parsed.after.isEmpty()) {
        return parsed;
      }
    } catch (IllegalArgumentException e) {
      // Refused below.
    }
    throw Refusal.badRequest("continue key is not valid");
  }

  String text() {
    ObjectNode token = Json.object();
    token.put("v", VERSION).put("rv", revision).put("start", after);
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(Json.write(token).getBytes(UTF_8));
  }
}
