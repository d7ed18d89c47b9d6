/** Records as documents: what a record type looks like in a document, and how one is updated. */
@NullMarked
package dev.peatmesh.sync.internal.typed;

import org.jspecify.annotations.NullMarked;
