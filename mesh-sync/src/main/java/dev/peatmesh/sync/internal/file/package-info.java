/** Automerge files of an operator: read in Java alone, so that no file can end the process. */
@NullMarked
package dev.peatmesh.sync.internal.file;

import org.jspecify.annotations.NullMarked;
