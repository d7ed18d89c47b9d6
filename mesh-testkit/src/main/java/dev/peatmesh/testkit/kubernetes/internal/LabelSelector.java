package dev.peatmesh.testkit.kubernetes.internal;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Set;

/**
 * Requirements on labels, as the {@code labelSelector} parameter writes them.
 *
 * @param requirements all must hold
 * @see <a href="https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/">Labels
 *     and selectors</a>
 */
public record LabelSelector(List<Requirement> requirements) {
  static final LabelSelector EVERYTHING = new LabelSelector(List.of());

  enum Operator {
    IN,
    NOT_IN,
    EXISTS,
    DOES_NOT_EXIST,
    GREATER,
    LESS
  }

  record Requirement(String key, Operator operator, Set<String> values) {
    Requirement {
      values = Set.copyOf(values);
    }

    boolean holds(JsonNode labels) {
      JsonNode label = labels.path(key);
      boolean there = label.isTextual();
      return switch (operator) {
        case IN -> there && values.contains(label.textValue());
        // What lacks the label is not in the set either.
        case NOT_IN -> !there || !values.contains(label.textValue());
        case EXISTS -> there;
        case DOES_NOT_EXIST -> !there;
        case GREATER -> there && compare(label.textValue()) > 0;
        case LESS -> there && compare(label.textValue()) < 0;
      };
    }

    /** Of numbers; what is none is neither greater nor less. */
    private int compare(String label) {
      Long number = LabelSelectorParser.number(label);
      Long bound = LabelSelectorParser.number(values.iterator().next());
      return number == null || bound == null ? 0 : number.compareTo(bound);
    }
  }

  public LabelSelector {
    requirements = List.copyOf(requirements);
  }

  /**
   * Reads a selector; an empty one selects everything.
   *
   * @throws Refusal when it does not parse, or names what can be no label
   */
  static LabelSelector parse(String text) {
    return new LabelSelector(new LabelSelectorParser(text).requirements());
  }

  boolean isEmpty() {
    return requirements.isEmpty();
  }

  boolean matches(JsonNode labels) {
    return requirements.stream().allMatch(requirement -> requirement.holds(labels));
  }
}
