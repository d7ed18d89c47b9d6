package dev.peatmesh.testkit.dns;

import org.xbill.DNS.Name;
import org.xbill.DNS.TextParseException;

/** Names as texts; every one is complete, with the dot at its end or without. */
final class Names {
  private Names() {}

  static Name read(String text) {
    try {
      return Name.fromString(text, Name.root);
    } catch (TextParseException e) {
      throw new IllegalArgumentException("name(" + text + "): is no DNS name.", e);
    }
  }
}
