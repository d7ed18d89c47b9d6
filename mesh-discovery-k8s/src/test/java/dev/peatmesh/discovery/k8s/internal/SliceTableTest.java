package dev.peatmesh.discovery.k8s.internal;

import static dev.peatmesh.discovery.k8s.internal.Slices.ready;
import static org.assertj.core.api.Assertions.assertThat;

import io.kubernetes.client.openapi.models.V1EndpointSlice;
import org.junit.jupiter.api.Test;

class SliceTableTest {
  private final SliceTable table = new SliceTable();

  @Test
  void heavySlicesAreBoundedByTheirWeight() {
    for (int i = 0; i < SliceTable.SLICES_MAX; i++) {
      table.put(heavy("s" + i));
    }
    long weight = table.slices().stream().mapToLong(Slice::weight).sum();
    assertThat(weight).isBetween(SliceTable.WEIGHT_MAX / 2, SliceTable.WEIGHT_MAX);
    assertThat(table.slices()).hasSizeLessThan(SliceTable.SLICES_MAX);
    assertThat(table.isOverflown()).isTrue();
  }

  @Test
  void removedSliceMakesRoom() {
    for (int i = 0; i < 1000; i++) {
      table.put(heavy("same"));
      table.put(heavy("other" + i));
      table.remove("other" + i);
    }
    assertThat(table.slices()).hasSize(1);
    assertThat(table.isOverflown()).isFalse();
  }

  @Test
  void whatItTakesOverIsGoneFromThere() {
    SliceTable other = new SliceTable();
    other.put(heavy("a"));
    table.put(heavy("b"));
    table.takeOver(other);
    assertThat(table.slices()).extracting(Slice::name).containsExactly("a");
    assertThat(other.slices()).isEmpty();
  }

  private static Slice heavy(String name) {
    V1EndpointSlice slice = Slices.slice(name, ready("peat-mesh-1", "10.0.0.1"));
    for (int i = 0; i < 60; i++) {
      slice.getMetadata().putAnnotationsItem("peat.a" + i, "x".repeat(4000));
    }
    return Slice.of(slice, "peat.");
  }
}
