/** What the fake API server is made of: HTTP, certificates, and the semantics of the API. */
@NullMarked
package dev.peatmesh.testkit.kubernetes.internal;

import org.jspecify.annotations.NullMarked;
