/** Durable storage of change chunks: log, snapshots, recovery. */
@NullMarked
package dev.peatmesh.sync.internal.store;

import org.jspecify.annotations.NullMarked;
