package dev.peatmesh.testkit.tidy.sample.left;

import dev.peatmesh.testkit.tidy.sample.right.Right;

/** One half of a package cycle, for the test that finds it. */
public record Left(Right right) {}
