package dev.peatmesh.internal.quic;

import io.netty.handler.codec.quic.BoringSSLContextOption;
import io.netty.handler.codec.quic.QuicChannel;
import io.netty.handler.codec.quic.QuicSslContext;
import io.netty.handler.codec.quic.QuicSslContextBuilder;
import io.netty.handler.codec.quic.QuicSslEngine;
import io.netty.handler.codec.quic.SslSessionTicketKey;
import io.netty.handler.ssl.ClientAuth;
import java.security.SecureRandom;
import java.util.Set;

/**
 * TLS 1.3 as nodes speak it: both sides show one Ed25519 certificate, one application protocol, no
 * 0-RTT, no resumption. Mesh loop only, after construction.
 */
final class NodeTls {
  /** The application protocol (ALPN): the version of everything above QUIC. */
  static final String ALPN = "peat-mesh/1";

  private final SecureRandom random;
  private final QuicSslContext accepting;
  private final QuicSslContext dialling;

  NodeTls(NodeCertificate identity, SecureRandom random) {
    this.random = random;
    SingleKeyManager keys = new SingleKeyManager(identity);
    accepting =
        speaking(QuicSslContextBuilder.forServer(keys, null).clientAuth(ClientAuth.REQUIRE));
    dialling = speaking(QuicSslContextBuilder.forClient().keyManager(keys, null));
    forgetSessions();
  }

  /** The engine of a connection from outside: any one Ed25519 key will do, for now. */
  QuicSslEngine acceptingEngine(QuicChannel channel) {
    channel.attr(PeerProof.channelKey()).set(new PeerProof(Set.of()));
    return pinned(accepting.newEngine(channel.alloc()), channel);
  }

  /**
   * The engine of a dial, whose channel bears its pin. It is made without a host and port, which
   * are the key of the library's session cache: so it never tries to resume a session.
   */
  QuicSslEngine diallingEngine(QuicChannel channel) {
    return pinned(dialling.newEngine(channel.alloc()), channel);
  }

  /**
   * Makes worthless every ticket given out so far. The library cannot be told to give out none, and
   * a resumed session skips the trust manager; so this is called after each handshake accepted, by
   * when its tickets are written.
   */
  void forgetSessions() {
    accepting
        .sessionContext()
        .setTicketKeys(
            new SslSessionTicketKey(
                bytes(SslSessionTicketKey.NAME_SIZE),
                bytes(SslSessionTicketKey.HMAC_KEY_SIZE),
                bytes(SslSessionTicketKey.AES_KEY_SIZE)));
  }

  private static QuicSslContext speaking(QuicSslContextBuilder builder) {
    return builder
        .trustManager(new PinningTrustManager())
        .applicationProtocols(ALPN)
        .earlyData(false)
        // BoringSSL leaves Ed25519 out of what it signs with and accepts by default.
        .option(BoringSSLContextOption.SIGNATURE_ALGORITHMS, new String[] {"ed25519"})
        .build();
  }

  private static QuicSslEngine pinned(QuicSslEngine engine, QuicChannel channel) {
    PeerProof.of(channel).attachTo(engine);
    return engine;
  }

  private byte[] bytes(int count) {
    byte[] bytes = new byte[count];
    random.nextBytes(bytes);
    return bytes;
  }
}
