/** Queries: what a filter means, which documents a query finds, and the indexes it uses. */
@NullMarked
package dev.peatmesh.sync.internal.query;

import org.jspecify.annotations.NullMarked;
