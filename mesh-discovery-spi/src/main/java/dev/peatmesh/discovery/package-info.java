/** How nodes find each other: the contract of a strategy, and the static one. */
@NullMarked
package dev.peatmesh.discovery;

import org.jspecify.annotations.NullMarked;
