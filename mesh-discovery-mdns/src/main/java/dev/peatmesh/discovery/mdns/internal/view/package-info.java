/**
 * What is on which link, and so which peers there are. State machines without I/O: input and time
 * in, effects out.
 */
@NullMarked
package dev.peatmesh.discovery.mdns.internal.view;

import org.jspecify.annotations.NullMarked;
