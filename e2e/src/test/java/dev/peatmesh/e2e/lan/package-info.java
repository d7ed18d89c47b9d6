/** Discovery on local networks of network namespaces, beside a real avahi-daemon. */
@NullMarked
package dev.peatmesh.e2e.lan;

import org.jspecify.annotations.NullMarked;
