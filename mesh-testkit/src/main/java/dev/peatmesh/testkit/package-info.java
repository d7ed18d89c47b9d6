/**
 * A mesh on virtual time and a seeded network: what a test of a host application writes against.
 */
@NullMarked
package dev.peatmesh.testkit;

import org.jspecify.annotations.NullMarked;
