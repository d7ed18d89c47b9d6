package dev.peatmesh;

import java.time.Instant;

/**
 * What last went wrong with a peer. Immutable.
 *
 * @param reason the one cause; {@link RefusalReason#explanation} says what to do
 * @param detail what was seen: keys, addresses, numbers; never a secret; one line, at most 512
 *     characters, part of which the other side may have chosen
 * @param when when it happened
 * @param remote whether the other side said so, rather than this node
 */
public record PeerError(RefusalReason reason, String detail, Instant when, boolean remote) {}
