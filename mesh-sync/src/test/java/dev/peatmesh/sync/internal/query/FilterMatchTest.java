package dev.peatmesh.sync.internal.query;

import static org.assertj.core.api.Assertions.assertThat;

import dev.peatmesh.sync.Bytes;
import dev.peatmesh.sync.Counter;
import dev.peatmesh.sync.Filter;
import dev.peatmesh.sync.Text;
import dev.peatmesh.sync.Uint64;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class FilterMatchTest {
  @Test
  void numbersCompareByTheirExactValue() {
    long odd = (1L << 53) + 1;
    assertThat(matches(Filter.eq("a", 0x1p53), odd)).isFalse();
    assertThat(matches(Filter.gt("a", 0x1p53), odd)).isTrue();
    assertThat(matches(Filter.gt("a", Long.MAX_VALUE), new Uint64(Long.MIN_VALUE))).isTrue();
    assertThat(matches(Filter.eq("a", 0x1p63), new Uint64(Long.MIN_VALUE))).isTrue();
    assertThat(matches(Filter.lt("a", 0x1p63), Long.MAX_VALUE)).isTrue();
    assertThat(matches(Filter.eq("a", 5), new Counter(5))).isTrue();
    assertThat(matches(Filter.eq("a", 0), -0.0)).isTrue();
  }

  @Test
  void nanEqualsItselfAndIsNeitherLessNorGreater() {
    assertThat(matches(Filter.eq("a", Double.NaN), Double.NaN)).isTrue();
    assertThat(matches(Filter.le("a", Double.NaN), Double.NaN)).isTrue();
    assertThat(matches(Filter.lt("a", 5), Double.NaN)).isFalse();
    assertThat(matches(Filter.ge("a", 5), Double.NaN)).isFalse();
    assertThat(matches(Filter.gt("a", Double.NaN), 5L)).isFalse();
  }

  @Test
  void kindsDoNotCompare() {
    List<Object> one =
        List.of(false, 1L, Instant.EPOCH, "a", Bytes.of((byte) 1), List.of(), Map.of());
    for (Object value : one) {
      for (Object other : one) {
        if (value != other) {
          assertThat(matches(Filter.lt("a", other), value)).isFalse();
          assertThat(matches(Filter.ge("a", other), value)).isFalse();
          assertThat(matches(Filter.eq("a", other), value)).isFalse();
          assertThat(matches(Filter.ne("a", other), value)).isTrue();
        }
      }
    }
  }

  @Test
  void kindsHaveAnOrder() {
    Map<String, Object> x = Map.of("x", 1L);
    assertThat(List.of(false, true, Double.NaN, -1L, 1L, Instant.EPOCH, "", "b", Bytes.of(), x))
        .isSortedAccordingTo(ValueOrder.INSTANCE);
    assertThat(ValueOrder.INSTANCE.compare(null, false)).isNegative();
    assertThat(ValueOrder.INSTANCE.compare(ValueOrder.ABSENT, null)).isNegative();
    assertThat(ValueOrder.INSTANCE.compare(List.of(x, x), x)).isNegative();
  }

  @Test
  void textIsAString() {
    assertThat(matches(Filter.eq("a", "soup"), new Text("soup"))).isTrue();
    assertThat(matches(Filter.lt("a", new Text("z")), "soup")).isTrue();
  }

  @Test
  void whatIsAbsentMeetsOnlyDenials() {
    assertThat(matches(Filter.ne("b", 1), 1L)).isFalse();
    assertThat(matches(Filter.eq("b", null), 1L)).isFalse();
    assertThat(matches(Filter.in("b", Collections.singletonList(null)), 1L)).isFalse();
    assertThat(matches(Filter.exists("b"), 1L)).isFalse();
    assertThat(matches(Filter.not(Filter.exists("b")), 1L)).isTrue();
    assertThat(matches(Filter.not(Filter.eq("b", 1)), 1L)).isTrue();
    assertThat(matches(Filter.exists("a"), null)).isTrue();
    assertThat(matches(Filter.eq("a", null), null)).isTrue();
  }

  @Test
  void numberIsAnIndexInAListAndAKeyInAMap() {
    assertThat(matches(Filter.eq("a.1", "y"), List.of("x", "y"))).isTrue();
    assertThat(matches(Filter.eq("a.1", "y"), Map.of("1", "y"))).isTrue();
    assertThat(matches(Filter.exists("a.01"), List.of("x", "y"))).isFalse();
    assertThat(matches(Filter.exists("a.2"), List.of("x", "y"))).isFalse();
    assertThat(matches(Filter.exists("a.99999999999"), List.of("x"))).isFalse();
    assertThat(matches(Filter.exists("a.-1"), List.of("x"))).isFalse();
    assertThat(matches(Filter.exists("a.x"), "text")).isFalse();
  }

  @Test
  void everyKindOfFilterIsHandled() {
    List<Filter> one =
        List.of(
            Filter.all(),
            Filter.eq("a", 1),
            Filter.in("a", List.of(1)),
            Filter.exists("a"),
            Filter.and(),
            Filter.or(Filter.all()),
            Filter.not(Filter.or()));
    assertThat(one).allMatch(filter -> matches(filter, 1L));
    assertThat(one.stream().<Class<?>>map(Filter::getClass).toList())
        .containsExactlyInAnyOrder(Filter.class.getPermittedSubclasses());
  }

  private static boolean matches(Filter filter, Object a) {
    return FilterMatch.matches(filter, Collections.singletonMap("a", a));
  }
}
