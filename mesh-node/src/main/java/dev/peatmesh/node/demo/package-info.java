/** The demonstration: real nodes in processes of their own, on one machine. */
@NullMarked
package dev.peatmesh.node.demo;

import org.jspecify.annotations.NullMarked;
