/** The contract of discovery strategies as tests, for strategies of others as for ours. */
@NullMarked
package dev.peatmesh.testkit.discovery;

import org.jspecify.annotations.NullMarked;
