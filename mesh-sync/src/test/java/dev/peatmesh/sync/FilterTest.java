package dev.peatmesh.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class FilterTest {
  @Test
  void valuesAreCopiedIntoWhatDocumentsReadBackAs() {
    byte[] bytes = {1};
    List<Object> list = new ArrayList<>(Arrays.asList(1, (short) 2, null, 1.5f, bytes));
    Filter.Comparison filter = (Filter.Comparison) Filter.eq("a", list);
    list.clear();

    assertThat(filter.value()).isEqualTo(Arrays.asList(1L, 2L, null, 1.5, Bytes.of(bytes)));
  }

  @Test
  void refusesWhatNoDocumentHolds() {
    assertThatThrownBy(() -> Filter.eq("a.b", new StringBuilder()))
        .hasMessage(
            "filter(a.b): its value is a java.lang.StringBuilder, which no document holds. Use a"
                + " class that may be put.");
    assertThatThrownBy(() -> Filter.eq("a", Map.of(1, 1))).hasMessageContaining("is no string");
  }

  @Test
  void refusesTooManyParts() {
    assertThat(Filter.in("a", Collections.nCopies(999, 1))).isNotNull();
    assertThatThrownBy(() -> Filter.in("a", Collections.nCopies(1_000, 1)))
        .hasMessage("filter: has more than 1000 parts and values. Ask in several queries.");
    assertThatThrownBy(() -> Filter.eq("a", Collections.nCopies(1_000, 1)))
        .hasMessageContaining("more than 1000 parts");
    Filter half = Filter.in("a", Collections.nCopies(499, 1));
    assertThatThrownBy(() -> Filter.or(half, half)).hasMessageContaining("more than 1000 parts");
    assertThatThrownBy(() -> Filter.and(Collections.nCopies(1_000, half).toArray(Filter[]::new)))
        .hasMessageContaining("more than 1000 parts");
  }

  @Test
  void refusesTooDeepOnes() {
    Filter filter = Filter.exists("a");
    for (int i = 1; i < Filter.DEPTH_MAX; i++) {
      filter = Filter.not(filter);
    }
    Filter deepest = filter;

    assertThatThrownBy(() -> Filter.and(deepest))
        .hasMessage(
            "filter: is nested deeper than 32. Flatten it: and(a, and(b, c)) is and(a, b, c).");
    List<Object> nested = new ArrayList<>();
    nested.add(nested);
    assertThatThrownBy(() -> Filter.eq("a", nested)).hasMessageContaining("nested deeper than 32");
  }

  @Test
  void valuesAreNotShown() {
    assertThat(Filter.and(Filter.eq("pin", "1234"), Filter.in("pin", List.of("1234"))).toString())
        .contains("EQ(pin)", "IN(pin, 1 values)")
        .doesNotContain("1234");
  }

  @Test
  void queriesAreChecked() {
    assertThatThrownBy(() -> Query.all().limit(0)).hasMessageContaining("not between 1 and 10000");
    assertThatThrownBy(() -> Query.all().limit(10_001)).hasMessageContaining("limit(10001)");
    assertThatThrownBy(() -> Query.all().offset(-1)).hasMessageContaining("offset(-1)");
    assertThatThrownBy(() -> Query.all().offset(1_000_001)).hasMessageContaining("Narrow");
    Query full = Query.all();
    for (int i = 0; i < Query.ORDER_MAX; i++) {
      full = full.orderBy("a");
    }
    Query eight = full;
    assertThatThrownBy(() -> eight.orderByDescending("b")).hasMessageContaining("names 9 paths");
    assertThat(Query.all()).isEqualTo(new Query(Filter.all(), List.of(), 1_000, 0));
  }
}
