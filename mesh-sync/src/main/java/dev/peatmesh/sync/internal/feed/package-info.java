/** The change feed: the journal of events, and the subscribers that read it. */
@NullMarked
package dev.peatmesh.sync.internal.feed;

import org.jspecify.annotations.NullMarked;
