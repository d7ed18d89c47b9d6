package dev.peatmesh.internal.quic;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.handler.codec.quic.BoringSSLAsyncPrivateKeyMethod;
import io.netty.handler.codec.quic.BoringSSLContextOption;
import io.netty.handler.codec.quic.BoringSSLKeylessManagerFactory;
import io.netty.handler.codec.quic.InsecureQuicTokenHandler;
import io.netty.handler.codec.quic.QuicChannel;
import io.netty.handler.codec.quic.QuicClientCodecBuilder;
import io.netty.handler.codec.quic.QuicConnectionCloseEvent;
import io.netty.handler.codec.quic.QuicServerCodecBuilder;
import io.netty.handler.codec.quic.QuicSslContext;
import io.netty.handler.codec.quic.QuicSslContextBuilder;
import io.netty.handler.codec.quic.QuicStreamChannel;
import io.netty.handler.codec.quic.QuicStreamType;
import io.netty.handler.ssl.ClientAuth;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.ImmediateEventExecutor;
import java.io.ByteArrayInputStream;
import java.lang.reflect.Method;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Date;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;
import javax.net.ssl.X509ExtendedTrustManager;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** A QUIC endpoint that does not behave: speaks with whatever keys and protocols a test wants. */
final class Stranger implements AutoCloseable {
  /** What it shows in a handshake. Null key: no certificate. */
  record Face(PrivateKey key, X509Certificate[] chain, String algorithm, String... protocols) {
    static Face of(String name) {
      NodeCertificate own = NodeCertificate.of(QuicNode.identity(name).endpointKey());
      return new Face(
          own.privateKey(), new X509Certificate[] {own.certificate()}, "ed25519", NodeTls.ALPN);
    }

    /** A self-signed certificate with a key of another kind, EC or RSA. */
    static Face generated(String kind) throws Exception {
      KeyPairGenerator generator = KeyPairGenerator.getInstance(kind);
      generator.initialize(kind.equals("EC") ? 256 : 2048);
      KeyPair pair = generator.generateKeyPair();
      X500Name name = new X500Name("CN=stranger");
      byte[] encoded =
          new X509v3CertificateBuilder(
                  name,
                  BigInteger.ONE,
                  new Date(0),
                  new Date(Integer.MAX_VALUE * 1000L),
                  name,
                  SubjectPublicKeyInfo.getInstance(pair.getPublic().getEncoded()))
              .build(
                  new JcaContentSignerBuilder(
                          kind.equals("EC") ? "SHA256withECDSA" : "SHA256withRSA")
                      .build(pair.getPrivate()))
              .getEncoded();
      X509Certificate certificate =
          (X509Certificate)
              CertificateFactory.getInstance("X.509")
                  .generateCertificate(new ByteArrayInputStream(encoded));
      return new Face(
          pair.getPrivate(),
          new X509Certificate[] {certificate},
          kind.equals("EC") ? "ecdsa_secp256r1_sha256" : "rsa_pss_rsae_sha256",
          NodeTls.ALPN);
    }

    static Face without() {
      return new Face(null, null, "ed25519", NodeTls.ALPN);
    }

    Face withProtocols(String... other) {
      return new Face(key, chain, algorithm, other);
    }

    Face withChain(X509Certificate... other) {
      return new Face(key, other, algorithm, protocols);
    }

    /** The same certificate, but signing with the key of another. */
    Face signingAs(Face other) {
      return new Face(other.key, chain, "forged", protocols);
    }
  }

  /** A key for the library's cache of sessions. */
  private static final String HOST = "a-node";

  final BlockingQueue<QuicConnectionCloseEvent> closes = new LinkedBlockingQueue<>();
  final BlockingQueue<byte[]> received = new LinkedBlockingQueue<>();
  private final MultiThreadIoEventLoopGroup group =
      new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
  private final QuicSslContext context;
  private final Channel udp;

  private Stranger(QuicSslContext context, ChannelHandler codec) {
    this.context = context;
    udp =
        new Bootstrap()
            .group(group)
            .channel(NioDatagramChannel.class)
            .handler(codec)
            .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
            .syncUninterruptibly()
            .channel();
  }

  /** One that dials. With a host name for its session cache it resumes sessions where it can. */
  static Stranger dialler(Face face) {
    QuicSslContextBuilder builder = QuicSslContextBuilder.forClient();
    if (face.algorithm().equals("forged")) {
      builder.keyManager(forger(face), null);
    } else if (face.key() != null) {
      builder.keyManager(new Keys(face), null);
    }
    QuicSslContext context = context(builder, face);
    return new Stranger(
        context,
        new QuicClientCodecBuilder()
            .sslEngineProvider(channel -> context.newEngine(channel.alloc(), HOST, 1))
            .maxIdleTimeout(30, TimeUnit.SECONDS)
            .initialMaxData(1 << 20)
            .initialMaxStreamDataBidirectionalLocal(1 << 20)
            .build());
  }

  /** One that accepts everybody. */
  static Stranger acceptor(Face face) {
    QuicSslContextBuilder builder =
        face.algorithm().equals("forged")
            ? QuicSslContextBuilder.forServer(forger(face), null)
            : QuicSslContextBuilder.forServer(new Keys(face), null);
    QuicSslContext context = context(builder.clientAuth(ClientAuth.OPTIONAL), face);
    return new Stranger(
        context,
        new QuicServerCodecBuilder()
            .sslContext(context)
            .maxIdleTimeout(30, TimeUnit.SECONDS)
            .tokenHandler(InsecureQuicTokenHandler.INSTANCE)
            .initialMaxData(1 << 20)
            .initialMaxStreamDataBidirectionalRemote(1 << 20)
            .initialMaxStreamsBidirectional(1)
            .handler(ignoring())
            .streamHandler(ignoring())
            .build());
  }

  InetSocketAddress address() {
    return (InetSocketAddress) udp.localAddress();
  }

  /** Dials; the connection, or why TLS failed. */
  CompletableFuture<QuicChannel> dial(InetSocketAddress remote) {
    CompletableFuture<QuicChannel> dialled = new CompletableFuture<>();
    QuicChannel.newBootstrap(udp)
        .handler(new Watch())
        .streamHandler(ignoring())
        .remoteAddress(remote)
        .connect()
        .addListener(
            done -> {
              if (done.isSuccess()) {
                dialled.complete((QuicChannel) done.getNow());
              } else {
                dialled.completeExceptionally(done.cause());
              }
            });
    return dialled;
  }

  QuicStreamChannel openStream(QuicChannel connection, QuicStreamType type) throws Exception {
    return connection.createStream(type, new Receiver()).sync().getNow();
  }

  /** Whether the handshake was short because of an earlier one; the library does not show it. */
  boolean resumed(QuicChannel connection) throws ReflectiveOperationException {
    return (boolean) call(connection.sslEngine(), "isSessionReused");
  }

  /** Whether the library keeps a session ticket for its next dial. */
  boolean hasTicket() {
    try {
      Object cache = call(context, "getSessionCache");
      Method has = cache.getClass().getDeclaredMethod("hasSession", String.class, int.class);
      has.setAccessible(true);
      return (boolean) has.invoke(cache, HOST, 1);
    } catch (ReflectiveOperationException changed) {
      throw new AssertionError(changed);
    }
  }

  private static Object call(Object target, String method) throws ReflectiveOperationException {
    Method found = target.getClass().getDeclaredMethod(method);
    found.setAccessible(true);
    return found.invoke(target);
  }

  QuicConnectionCloseEvent nextClose() throws InterruptedException {
    return closes.poll(QuicNode.PATIENCE.toSeconds(), TimeUnit.SECONDS);
  }

  @Override
  public void close() {
    udp.close().syncUninterruptibly();
    group.shutdownGracefully(0, 5, TimeUnit.SECONDS).syncUninterruptibly();
    ReferenceCountUtil.release(context);
  }

  private static QuicSslContext context(QuicSslContextBuilder builder, Face face) {
    builder
        .trustManager(new TrustAll())
        .option(
            BoringSSLContextOption.SIGNATURE_ALGORITHMS,
            face.algorithm().contains("_")
                ? new String[] {face.algorithm(), "ed25519"}
                : new String[] {"ed25519"});
    if (face.algorithm().equals("forged")) {
      // The library's own key manager looks for types by these names.
      builder.option(BoringSSLContextOption.CLIENT_KEY_TYPES, Set.of("EdDSA"));
      builder.option(
          BoringSSLContextOption.SERVER_KEY_TYPES,
          Map.of("RSA", "EdDSA", "ECDHE_ECDSA", "EdDSA", "ECDHE_RSA", "EdDSA", "UNKNOWN", "EdDSA"));
    }
    if (face.protocols().length > 0) {
      builder.applicationProtocols(face.protocols());
    }
    return builder.build();
  }

  /**
   * BoringSSL notices a certificate that does not fit its key; one that it never sees it cannot.
   */
  private static KeyManagerFactory forger(Face face) {
    BoringSSLAsyncPrivateKeyMethod signer =
        new BoringSSLAsyncPrivateKeyMethod() {
          @Override
          public Future<byte[]> sign(SSLEngine engine, int algorithm, byte[] input) {
            try {
              Signature signature = Signature.getInstance("Ed25519");
              signature.initSign(face.key());
              signature.update(input);
              return ImmediateEventExecutor.INSTANCE.newSucceededFuture(signature.sign());
            } catch (GeneralSecurityException failure) {
              return ImmediateEventExecutor.INSTANCE.newFailedFuture(failure);
            }
          }

          @Override
          public Future<byte[]> decrypt(SSLEngine engine, byte[] input) {
            throw new UnsupportedOperationException();
          }
        };
    try {
      return BoringSSLKeylessManagerFactory.newKeyless(signer, face.chain());
    } catch (Exception failure) {
      throw new AssertionError(failure);
    }
  }

  private static ChannelHandler ignoring() {
    return new ChannelInboundHandlerAdapter() {
      @Override
      public boolean isSharable() {
        return true;
      }

      @Override
      public void channelRead(ChannelHandlerContext ctx, Object message) {
        if (message instanceof QuicStreamChannel) {
          ctx.fireChannelRead(message);
        } else {
          ReferenceCountUtil.release(message);
        }
      }

      @Override
      public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        // It is the other side's view that counts.
      }
    };
  }

  private final class Watch extends ChannelInboundHandlerAdapter {
    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
      if (event instanceof QuicConnectionCloseEvent close) {
        closes.add(close);
      }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
      // Seen by the dial.
    }
  }

  private final class Receiver extends ChannelInboundHandlerAdapter {
    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
      ByteBuf in = (ByteBuf) message;
      byte[] bytes = new byte[in.readableBytes()];
      in.readBytes(bytes);
      in.release();
      received.add(bytes);
    }
  }

  private static final class Keys extends X509ExtendedKeyManager {
    private final Face face;

    Keys(Face face) {
      this.face = face;
    }

    @Override
    public String[] getClientAliases(String type, Principal[] issuers) {
      return new String[] {"x"};
    }

    @Override
    public String chooseClientAlias(String[] types, Principal[] issuers, Socket socket) {
      return "x";
    }

    @Override
    public String[] getServerAliases(String type, Principal[] issuers) {
      return new String[] {"x"};
    }

    @Override
    public String chooseServerAlias(String type, Principal[] issuers, Socket socket) {
      return "x";
    }

    @Override
    public String chooseEngineClientAlias(String[] types, Principal[] issuers, SSLEngine engine) {
      return "x";
    }

    @Override
    public String chooseEngineServerAlias(String type, Principal[] issuers, SSLEngine engine) {
      return "x";
    }

    @Override
    public X509Certificate[] getCertificateChain(String alias) {
      return face.chain();
    }

    @Override
    public PrivateKey getPrivateKey(String alias) {
      return face.key();
    }
  }

  private static final class TrustAll extends X509ExtendedTrustManager {
    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) {}

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }
}
