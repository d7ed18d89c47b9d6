/** Rules of this codebase that a compiler does not know. Each is also shown to be able to fail. */
@NullMarked
package dev.peatmesh.testkit.tidy;

import org.jspecify.annotations.NullMarked;
