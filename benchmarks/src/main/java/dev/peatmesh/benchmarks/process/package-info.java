/** Child processes that are asked line by line, and always ended. */
@NullMarked
package dev.peatmesh.benchmarks.process;

import org.jspecify.annotations.NullMarked;
