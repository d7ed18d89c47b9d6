/** The program: a node, a demonstration, and the ids that a node will have. */
@NullMarked
package dev.peatmesh.node;

import org.jspecify.annotations.NullMarked;
