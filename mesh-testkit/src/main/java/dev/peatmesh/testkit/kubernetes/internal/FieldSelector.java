package dev.peatmesh.testkit.kubernetes.internal;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;

/**
 * Terms on {@code metadata.name} and {@code metadata.namespace}, the only fields that an
 * EndpointSlice is selected by.
 *
 * @param terms all must hold
 */
public record FieldSelector(List<Term> terms) {
  static final FieldSelector EVERYTHING = new FieldSelector(List.of());

  private static final int TERMS_MAX = 64;

  record Term(String field, boolean equal, String value) {}

  public FieldSelector {
    terms = List.copyOf(terms);
  }

  /**
   * Reads {@code field=value}, {@code field==value} and {@code field!=value}, comma separated.
   *
   * @throws Refusal when a term is something else
   */
  static FieldSelector parse(String text) {
    List<Term> terms = new ArrayList<>();
    for (String part : text.split(",", TERMS_MAX)) {
      if (!part.isEmpty()) {
        terms.add(term(part, text));
      }
    }
    return new FieldSelector(terms);
  }

  boolean isEmpty() {
    return terms.isEmpty();
  }

  boolean matches(ObjectNode slice) {
    SliceKey key = SliceKey.of(slice);
    return terms.stream().allMatch(term -> holds(term, key));
  }

  private static boolean holds(Term term, SliceKey key) {
    String value = term.field().equals("metadata.name") ? key.name() : key.namespace();
    return term.equal() == value.equals(term.value());
  }

  private static Term term(String part, String whole) {
    int at = part.indexOf('=');
    if (at < 0) {
      throw Refusal.badRequest(
          "invalid selector: '%s'; can't understand '%s'".formatted(whole, part));
    }
    boolean equal = at == 0 || part.charAt(at - 1) != '!';
    String field = part.substring(0, equal ? at : at - 1);
    String value = part.substring(part.startsWith("==", at) ? at + 2 : at + 1);
    if (!field.equals("metadata.name") && !field.equals("metadata.namespace")) {
      throw Refusal.badRequest(
          "\"%s\" is not a known field selector: only \"metadata.name\", \"metadata.namespace\""
              .formatted(field));
    }
    return new Term(field, equal, value);
  }
}
