/** What is asked of the DNS and what follows from its answers: no I/O, no clock, no thread. */
@NullMarked
package dev.peatmesh.discovery.dns.internal;

import org.jspecify.annotations.NullMarked;
