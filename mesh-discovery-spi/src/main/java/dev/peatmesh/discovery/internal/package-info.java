/** Providers that ServiceLoader finds. */
@NullMarked
package dev.peatmesh.discovery.internal;

import org.jspecify.annotations.NullMarked;
