/** Flags and environment variables to settings, with every mistake in one error. */
@NullMarked
package dev.peatmesh.node.settings;

import org.jspecify.annotations.NullMarked;
