/**
 * Connections over QUIC (RFC 9000) with mutual TLS 1.3 and pinned Ed25519 keys. The only package
 * that knows Netty.
 */
@NullMarked
package dev.peatmesh.internal.quic;

import org.jspecify.annotations.NullMarked;
