/** One member of a mesh: what a host application starts, asks and closes. */
@NullMarked
package dev.peatmesh;

import org.jspecify.annotations.NullMarked;
