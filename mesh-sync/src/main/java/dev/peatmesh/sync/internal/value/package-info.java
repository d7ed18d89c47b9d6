/** What a document may hold and where it stands: what both kinds of documents share. */
@NullMarked
package dev.peatmesh.sync.internal.value;

import org.jspecify.annotations.NullMarked;
