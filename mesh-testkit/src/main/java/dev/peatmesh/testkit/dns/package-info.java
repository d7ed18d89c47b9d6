/** A DNS server for tests: real packets, a zone that is set from Java, and faults on demand. */
@NullMarked
package dev.peatmesh.testkit.dns;

import org.jspecify.annotations.NullMarked;
