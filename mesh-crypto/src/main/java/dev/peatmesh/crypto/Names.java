package dev.peatmesh.crypto;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Locale;
import java.util.Set;

/** What may be a name. Names become derivation contexts, so two spellings are two identities. */
final class Names {
  static final int NODE_NAME_BYTES_MAX = 253;
  static final int FORMATION_ID_BYTES_MAX = 255;
  static final int CONTEXT_BYTES_MAX = 1024;

  /** Before the node name, the context of the transport key. */
  static final String ENDPOINT_PREFIX = "iroh:";

  private static final Set<String> RESERVED =
      Set.of("peat-mesh:authority-keypair", "peat-ota-signing-v1");

  private static final int QUOTED_MAX = 80;

  private Names() {}

  static String checkNodeName(String name) {
    checkText("node name", name, NODE_NAME_BYTES_MAX);
    if (RESERVED.contains(name)) {
      throw bad("node name", name, "is reserved: another key is derived from it", "another name");
    }
    if (name.startsWith(ENDPOINT_PREFIX)) {
      throw bad(
          "node name",
          name,
          "starts with \"" + ENDPOINT_PREFIX + "\", which marks the transport key of a node",
          "the name without it");
    }
    if (looksLikeEndpointId(name)) {
      throw bad(
          "node name",
          name,
          "is 64 hex digits and would be taken for an endpoint id",
          "a name that people can read");
    }
    if (name.indexOf('@') >= 0 || name.indexOf(',') >= 0) {
      throw bad(
          "node name",
          name,
          "holds '@' or ',', which separate name and address in a list of static peers",
          "'-' or '.' instead");
    }
    if (!name.equals(name.strip())) {
      throw bad(
          "node name",
          name,
          "starts or ends with white space, which a list of static peers drops",
          "the name without it");
    }
    return name;
  }

  static String checkFormationId(String id) {
    return checkText("formation id", id, FORMATION_ID_BYTES_MAX);
  }

  static String checkContext(String context) {
    return checkText("context", context, CONTEXT_BYTES_MAX);
  }

  /** A value as it may stand in a message: of bounded length, on one line. */
  static String quoted(String value) {
    StringBuilder quoted = new StringBuilder("\"");
    value
        .codePoints()
        .limit(QUOTED_MAX)
        .forEach(c -> quoted.appendCodePoint(isPrintable(c) ? c : '\uFFFD'));
    return quoted
        .append(value.codePointCount(0, value.length()) > QUOTED_MAX ? "...\"" : "\"")
        .toString();
  }

  private static String checkText(String what, String text, int bytesMax) {
    if (text.isEmpty()) {
      throw bad(what, text, "is empty", "1 to " + bytesMax + " bytes of UTF-8");
    }
    // Every char takes at least one byte: nothing long is encoded just to be measured.
    if (text.length() > bytesMax || text.getBytes(UTF_8).length > bytesMax) {
      throw bad(what, text, "is too long", "1 to " + bytesMax + " bytes of UTF-8");
    }
    if (!text.codePoints().allMatch(Names::isPrintable)) {
      throw bad(
          what,
          text,
          "holds a control character, a line break or half a surrogate pair",
          "printable characters");
    }
    return text;
  }

  private static boolean isPrintable(int codePoint) {
    int type = Character.getType(codePoint);
    return type != Character.CONTROL
        && type != Character.LINE_SEPARATOR
        && type != Character.PARAGRAPH_SEPARATOR
        && type != Character.SURROGATE;
  }

  private static boolean looksLikeEndpointId(String name) {
    return name.length() == 2 * EndpointId.BYTES
        && name.toLowerCase(Locale.ROOT).chars().allMatch(c -> Character.digit(c, 16) >= 0);
  }

  private static IllegalArgumentException bad(
      String what, String value, String problem, String remedy) {
    return new IllegalArgumentException(
        "%s(%s): %s. Use %s.".formatted(what, quoted(value), problem, remedy));
  }
}
