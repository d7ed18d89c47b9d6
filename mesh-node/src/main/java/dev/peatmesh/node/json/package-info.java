/** JSON to documents and back. */
@NullMarked
package dev.peatmesh.node.json;

import org.jspecify.annotations.NullMarked;
