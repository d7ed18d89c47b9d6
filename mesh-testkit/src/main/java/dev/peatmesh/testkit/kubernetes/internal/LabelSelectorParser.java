package dev.peatmesh.testkit.kubernetes.internal;

import dev.peatmesh.testkit.kubernetes.internal.LabelSelector.Operator;
import dev.peatmesh.testkit.kubernetes.internal.LabelSelector.Requirement;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads one label selector from left to right. Equality ({@code =}, {@code ==}, {@code !=}), sets
 * ({@code in}, {@code notin}), existence ({@code key}, {@code !key}), numbers ({@code >}, {@code
 * <}).
 */
final class LabelSelectorParser {
  private static final String ENDS_OF_WORDS = " \t,()=!<>";
  private static final int REQUIREMENTS_MAX = 64;

  private final String text;
  private int at;

  LabelSelectorParser(String text) {
    this.text = text;
  }

  List<Requirement> requirements() {
    List<Requirement> requirements = new ArrayList<>();
    skipSpace();
    if (isAtEnd()) {
      return requirements;
    }
    do {
      if (requirements.size() == REQUIREMENTS_MAX) {
        throw bad("more than " + REQUIREMENTS_MAX + " requirements");
      }
      requirements.add(requirement());
      skipSpace();
    } while (accept(","));
    if (!isAtEnd()) {
      throw bad("found '" + text.substring(at) + "', expected: ',' or 'end of string'");
    }
    return requirements;
  }

  private Requirement requirement() {
    skipSpace();
    boolean absent = accept("!");
    String key = word();
    if (!Labels.isKey(key)) {
      throw bad("key: Invalid value: \"" + key + "\"");
    }
    if (absent) {
      return new Requirement(key, Operator.DOES_NOT_EXIST, Set.of());
    }
    skipSpace();
    if (isAtEnd() || text.charAt(at) == ',') {
      return new Requirement(key, Operator.EXISTS, Set.of());
    }
    if (accept("!=")) {
      return new Requirement(key, Operator.NOT_IN, Set.of(value(word())));
    }
    if (accept("==") || accept("=")) {
      return new Requirement(key, Operator.IN, Set.of(value(word())));
    }
    if (accept(">")) {
      return new Requirement(key, Operator.GREATER, Set.of(bound(word())));
    }
    if (accept("<")) {
      return new Requirement(key, Operator.LESS, Set.of(bound(word())));
    }
    String operator = word();
    return switch (operator) {
      case "in" -> new Requirement(key, Operator.IN, values());
      case "notin" -> new Requirement(key, Operator.NOT_IN, values());
      default ->
          throw bad("found '%s', expected: in, notin, =, ==, !=, gt, lt".formatted(operator));
    };
  }

  private Set<String> values() {
    skipSpace();
    if (!accept("(")) {
      throw bad("found no '(' after in or notin");
    }
    Set<String> values = new LinkedHashSet<>();
    do {
      values.add(value(word()));
      skipSpace();
    } while (accept(","));
    if (!accept(")")) {
      throw bad("found no ')' after the values");
    }
    return values;
  }

  private String bound(String word) {
    if (number(word) == null) {
      throw bad("for 'Gt', 'Lt' operators, the value must be an integer");
    }
    return value(word);
  }

  static @Nullable Long number(String text) {
    try {
      return Long.valueOf(text);
    } catch (NumberFormatException e) {
      return null;
    }
  }

  private String value(String word) {
    if (!Labels.isValue(word)) {
      throw bad("values: Invalid value: \"" + word + "\"");
    }
    return word;
  }

  /** Up to the next sign; empty when there is none before it. */
  private String word() {
    skipSpace();
    int from = at;
    while (!isAtEnd() && ENDS_OF_WORDS.indexOf(text.charAt(at)) < 0) {
      at++;
    }
    return text.substring(from, at);
  }

  private boolean accept(String sign) {
    if (text.startsWith(sign, at)) {
      at += sign.length();
      return true;
    }
    return false;
  }

  private void skipSpace() {
    while (!isAtEnd() && (text.charAt(at) == ' ' || text.charAt(at) == '\t')) {
      at++;
    }
  }

  private boolean isAtEnd() {
    return at == text.length();
  }

  private Refusal bad(String why) {
    return Refusal.badRequest("unable to parse requirement: " + why);
  }
}
