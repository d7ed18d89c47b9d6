/** Documents, collections, subscriptions: what a host application uses. */
@NullMarked
package dev.peatmesh.sync;

import org.jspecify.annotations.NullMarked;
