package dev.peatmesh.internal.quic;

import dev.peatmesh.internal.transport.Refusal;
import io.netty.handler.ssl.OpenSslCertificateException;
import java.net.Socket;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/**
 * Trusts keys, not authorities: asks the {@link PeerProof} of the connection that is being made.
 * Whatever comes without one is refused.
 */
final class PinningTrustManager extends X509ExtendedTrustManager {
  /** The X509_V_ERR that BoringSSL tells the other side as the alert bad_certificate. */
  private static final int CERT_REJECTED = 28;

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
      throws CertificateException {
    check(chain, engine);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
      throws CertificateException {
    check(chain, engine);
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket)
      throws CertificateException {
    check(chain, null);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket)
      throws CertificateException {
    check(chain, null);
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType)
      throws CertificateException {
    check(chain, null);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType)
      throws CertificateException {
    check(chain, null);
  }

  @Override
  public X509Certificate[] getAcceptedIssuers() {
    return new X509Certificate[0];
  }

  private static void check(X509Certificate[] chain, @Nullable SSLEngine engine)
      throws CertificateException {
    PeerProof proof = engine == null ? null : PeerProof.of(engine);
    if (proof == null) {
      throw new CertificateException("a handshake without a pin");
    }
    if (!proof.accepts(chain)) {
      String why = proof.refusal().map(Refusal::detail).orElse("refused");
      throw new OpenSslCertificateException(why, CERT_REJECTED);
    }
  }
}
