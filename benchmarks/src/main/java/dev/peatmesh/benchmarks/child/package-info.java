/** The programs that run in the child processes; each answers requests on its standard input. */
@NullMarked
package dev.peatmesh.benchmarks.child;

import org.jspecify.annotations.NullMarked;
