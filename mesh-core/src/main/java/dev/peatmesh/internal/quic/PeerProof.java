package dev.peatmesh.internal.quic;

import dev.peatmesh.RefusalReason;
import dev.peatmesh.crypto.EndpointId;
import dev.peatmesh.internal.transport.Refusal;
import io.netty.handler.codec.quic.QuicChannel;
import io.netty.util.AttributeKey;
import java.security.cert.Certificate;
import java.util.Iterator;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.jspecify.annotations.Nullable;

/**
 * What the other side of one connection must prove, and what it has proved. It travels with the
 * connection (as an attribute of its channel) and with its TLS engine, so that the trust manager,
 * which serves all connections, judges each by its own pin. Mesh loop only.
 */
final class PeerProof {
  private static final AttributeKey<PeerProof> CHANNEL_KEY =
      AttributeKey.valueOf(PeerProof.class, "proof");
  private static final String SESSION_KEY = PeerProof.class.getName();

  /** How many expected keys a refusal lists: its text is bounded, the set is not. */
  private static final int LISTED_MAX = 3;

  private final Set<EndpointId> expected;
  private @Nullable EndpointId proved;
  private @Nullable Refusal refusal;

  /** A proof of one of these keys, or of any if there are none. */
  PeerProof(Set<EndpointId> expected) {
    this.expected = Set.copyOf(expected);
  }

  static AttributeKey<PeerProof> channelKey() {
    return CHANNEL_KEY;
  }

  /** The proof that this connection is about. */
  static PeerProof of(QuicChannel channel) {
    PeerProof proof = channel.attr(CHANNEL_KEY).get();
    if (proof == null) {
      throw new AssertionError("a connection without a pin: " + channel);
    }
    return proof;
  }

  /** The proof that this TLS engine is about; absent for an engine that is not ours. */
  static @Nullable PeerProof of(SSLEngine engine) {
    return (PeerProof) engine.getSession().getValue(SESSION_KEY);
  }

  /** Lets the trust manager find this proof. */
  void attachTo(SSLEngine engine) {
    engine.getSession().putValue(SESSION_KEY, this);
  }

  /**
   * Judges the certificates that the other side sent. The answer stays as {@link #refusal} or
   * {@link #proved}.
   */
  boolean accepts(Certificate[] chain) {
    proved = null;
    refusal = judge(chain);
    return refusal == null;
  }

  /**
   * Judges the established session. TLS calls no trust manager when a session is resumed, so this
   * is asked of every connection before it carries anything.
   */
  boolean accepts(SSLEngine established) {
    try {
      return accepts(established.getSession().getPeerCertificates());
    } catch (SSLPeerUnverifiedException none) {
      proved = null;
      refusal = Refusal.ours(RefusalReason.NO_CLIENT_CERTIFICATE, "the session has no certificate");
      return false;
    }
  }

  /** The key whose certificate was accepted; TLS may still fail to prove its possession. */
  Optional<EndpointId> proved() {
    return Optional.ofNullable(proved);
  }

  /** Why the certificates were not accepted. */
  Optional<Refusal> refusal() {
    return Optional.ofNullable(refusal);
  }

  private @Nullable Refusal judge(Certificate[] chain) {
    if (chain.length != 1) {
      return Refusal.ours(
          RefusalReason.PROTOCOL_VIOLATION,
          "sent %d certificates; a node sends exactly one".formatted(chain.length));
    }
    Optional<EndpointId> key = NodeCertificate.endpointId(chain[0]);
    if (key.isEmpty()) {
      return Refusal.ours(
          RefusalReason.PROTOCOL_VIOLATION,
          "sent a certificate with a key of type %s; a node's is Ed25519"
              .formatted(chain[0].getPublicKey().getAlgorithm()));
    }
    if (!expected.isEmpty() && !expected.contains(key.get())) {
      return Refusal.ours(
          RefusalReason.WRONG_KEY, "expected %s, proved %s".formatted(expectation(), key.get()));
    }
    proved = key.get();
    return null;
  }

  private String expectation() {
    StringBuilder text = new StringBuilder();
    Iterator<EndpointId> sorted = new TreeSet<>(expected).iterator();
    for (int i = 0; i < LISTED_MAX && sorted.hasNext(); i++) {
      text.append(i == 0 ? "" : " or ").append(sorted.next());
    }
    if (expected.size() > LISTED_MAX) {
      text.append(" or ").append(expected.size() - LISTED_MAX).append(" more");
    }
    return text.toString();
  }
}
