/** Identities, formation keys and the mutual formation proof. No network. */
@NullMarked
package dev.peatmesh.crypto;

import org.jspecify.annotations.NullMarked;
