@NullMarked
package dev.peatmesh.sync.internal.reconcile;

import org.jspecify.annotations.NullMarked;
