package dev.peatmesh.sync.internal.value;

import static org.assertj.core.api.Assertions.assertThat;

import dev.peatmesh.sync.Counter;
import dev.peatmesh.sync.Text;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class ListAlignmentTest {
  @Test
  void equalListsAreKept() {
    assertThat(align(List.of(1L, 2L), List.of(1L, 2L))).isEqualTo("==");
    assertThat(align(List.of(), List.of())).isEmpty();
  }

  @Test
  void whatMovedInIsInsertedAndTheRestIsKept() {
    assertThat(align(List.of(1L, 2L, 3L), List.of(1L, 9L, 2L, 3L))).isEqualTo("=+==");
    assertThat(align(List.of(1L, 2L, 3L), List.of(1L, 3L))).isEqualTo("=-=");
    assertThat(align(List.of(1L, 2L), List.of(1L, 2L, 3L))).isEqualTo("==+");
    assertThat(align(List.of("a", "b", "c", "d"), List.of("b", "x", "d", "e"))).isEqualTo("-=~=+");
  }

  @Test
  void anElementThatChangedIsUpdatedNotTheOneBesideIt() {
    Map<String, Object> ann = Map.of("id", 1L, "name", "Ann");
    Map<String, Object> bob = Map.of("id", 2L, "name", "Bob");
    Map<String, Object> bobby = Map.of("id", 2L, "name", "Bobby");

    assertThat(align(List.of(ann, bob), List.of(bobby))).isEqualTo("-~");
    assertThat(align(List.of(bob), List.of(ann, bobby))).isEqualTo("+~");
  }

  @Test
  void kindsThatMergeAreMatchedBeforeOthers() {
    assertThat(align(List.of(new Counter(1), 5L), List.of(new Counter(2)))).isEqualTo("~-");
    assertThat(align(List.of(7L, new Text("ab")), List.of("abc"))).isEqualTo("-~");
    assertThat(align(List.of(new Text("ab")), List.of("ab"))).isEqualTo("=");
  }

  @Test
  void veryDifferentLongListsAreMatchedByPosition() {
    List<Long> long1 = new ArrayList<>(LongStream.range(0, 1000).boxed().toList());
    List<Long> reversed = new ArrayList<>(long1);
    Collections.reverse(reversed);
    reversed.add(1000L);

    assertThat(align(long1, reversed)).isEqualTo("~".repeat(1000) + "+");
  }

  private static String align(List<?> present, List<?> wanted) {
    return ListAlignment.align(present, wanted).stream()
        .map(
            step ->
                switch (step.kind()) {
                  case KEEP -> "=";
                  case UPDATE -> "~";
                  case INSERT -> "+";
                  case REMOVE -> "-";
                })
        .collect(Collectors.joining());
  }
}
