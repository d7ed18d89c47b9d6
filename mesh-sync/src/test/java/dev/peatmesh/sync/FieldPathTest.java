package dev.peatmesh.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Collections;
import org.junit.jupiter.api.Test;

class FieldPathTest {
  @Test
  void dotsPartAndBackslashesEscape() {
    assertThat(FieldPath.parse("crew.0.name").segments()).containsExactly("crew", "0", "name");
    assertThat(FieldPath.parse("sizes.1\\.5").segments()).containsExactly("sizes", "1.5");
    assertThat(FieldPath.parse("a\\\\.b").segments()).containsExactly("a\\", "b");
  }

  @Test
  void textFormReadsBack() {
    Trials.run(
        500,
        random -> {
          StringBuilder segment = new StringBuilder("x");
          for (int i = random.nextInt(6); i > 0; i--) {
            segment.append("a.\\".charAt(random.nextInt(3)));
          }
          FieldPath path = FieldPath.of(segment.toString(), "b");
          assertThat(FieldPath.parse(path.toString())).isEqualTo(path);
        });
  }

  @Test
  void refusesWhatLeadsNowhere() {
    assertThatThrownBy(() -> FieldPath.parse("")).hasMessageContaining("empty segment");
    assertThatThrownBy(() -> FieldPath.parse("a..b"))
        .hasMessage(
            "path(\"a..b\"): has an empty segment; no key is empty. Put one dot between two"
                + " segments.");
    assertThatThrownBy(() -> FieldPath.parse("a\\b")).hasMessageContaining("Double it.");
    assertThatThrownBy(() -> FieldPath.parse("a\\")).hasMessageContaining("Double it.");
    assertThatThrownBy(() -> new FieldPath(Collections.nCopies(65, "a")))
        .hasMessageContaining("has 65 segments; 1 to 64 are possible");
    assertThatThrownBy(() -> FieldPath.of("a".repeat(4_097)))
        .hasMessageContaining("has 4097 characters; at most 4096");
    assertThatThrownBy(() -> FieldPath.parse("a".repeat(9_000)))
        .hasMessageContaining("has 9000 characters");
  }
}
