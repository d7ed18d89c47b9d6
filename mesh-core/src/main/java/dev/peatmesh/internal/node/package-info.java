/** One node, wired from its parts. */
@NullMarked
package dev.peatmesh.internal.node;

import org.jspecify.annotations.NullMarked;
