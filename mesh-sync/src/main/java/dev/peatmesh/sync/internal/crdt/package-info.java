/** Native documents. The only package that sees automerge. */
@NullMarked
package dev.peatmesh.sync.internal.crdt;

import org.jspecify.annotations.NullMarked;
