/** Native libraries on disk: extracted once, where nobody else can plant one. */
@NullMarked
package dev.peatmesh.sync.internal.nativelib;

import org.jspecify.annotations.NullMarked;
