/** A node's console: one command per line in, one JSON object per line out. */
@NullMarked
package dev.peatmesh.node.console;

import org.jspecify.annotations.NullMarked;
