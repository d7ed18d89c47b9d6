/** Documents as JSON without loss. The only package of this module that sees Jackson. */
@NullMarked
package dev.peatmesh.sync.internal.json;

import org.jspecify.annotations.NullMarked;
