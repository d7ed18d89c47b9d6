/**
 * Which documents differ between two nodes: range-based set reconciliation (Meyer, "Range-Based Set
 * Reconciliation", SRDS 2023) as a data structure and a protocol without I/O and without bytes.
 */
@NullMarked
package dev.peatmesh.sync.internal.reconcile;

import org.jspecify.annotations.NullMarked;
