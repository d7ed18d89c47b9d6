/** One file per intent, each compiled and each run by a test. */
@NullMarked
package dev.peatmesh.examples;

import org.jspecify.annotations.NullMarked;
