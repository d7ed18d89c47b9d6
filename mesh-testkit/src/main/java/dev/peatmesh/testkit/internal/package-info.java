/** Virtual time, a lossy network, a crashing disk: the platform a simulated node runs on. */
@NullMarked
package dev.peatmesh.testkit.internal;

import org.jspecify.annotations.NullMarked;
