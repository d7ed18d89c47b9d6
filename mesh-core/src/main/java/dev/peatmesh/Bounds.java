package dev.peatmesh;

import java.util.List;

/** Notes which settings are out of bounds. */
record Bounds(List<String> problems) {
  <T extends Comparable<T>> void check(String setting, T value, T min, T max) {
    if (value.compareTo(min) < 0 || value.compareTo(max) > 0) {
      problems.add(setting + "(" + value + "): is out of bounds. Use " + min + " to " + max + ".");
    }
  }
}
