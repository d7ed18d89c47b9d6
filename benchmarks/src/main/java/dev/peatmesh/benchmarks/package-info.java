/** Measures PeatMesh against what the machine and the libraries below could do at best. */
@NullMarked
package dev.peatmesh.benchmarks;

import org.jspecify.annotations.NullMarked;
