package dev.peatmesh.testkit.tidy.sample.right;

import dev.peatmesh.testkit.tidy.sample.left.Left;
import java.util.List;

/** The other half of the cycle. */
public record Right(List<Left> lefts) {}
