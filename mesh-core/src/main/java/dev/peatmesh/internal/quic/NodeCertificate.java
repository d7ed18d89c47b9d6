package dev.peatmesh.internal.quic;

import dev.peatmesh.crypto.DeviceKeypair;
import dev.peatmesh.crypto.EndpointId;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.EdECPrivateKeySpec;
import java.security.spec.NamedParameterSpec;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import org.bouncycastle.asn1.DERGeneralizedTime;
import org.bouncycastle.asn1.DERUTCTime;
import org.bouncycastle.asn1.edec.EdECObjectIdentifiers;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.asn1.x509.Time;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.operator.ContentSigner;

/**
 * The endpoint key of a node in the form that TLS wants: a self-signed certificate (RFC 5280, RFC
 * 8410) and a private key. Nobody reads anything but the key in it, so one key always gives the
 * same bytes: fixed names, serial number and validity, and Ed25519 signatures are deterministic.
 * Immutable.
 */
final class NodeCertificate {
  /** Everything of an Ed25519 SubjectPublicKeyInfo (RFC 8410) but the key itself. */
  private static final byte[] SPKI_PREFIX = HexFormat.of().parseHex("302a300506032b6570032100");

  private static final AlgorithmIdentifier ED25519 =
      new AlgorithmIdentifier(EdECObjectIdentifiers.id_Ed25519);
  private static final Time NOT_BEFORE = new Time(new DERUTCTime("700101000000Z"));

  /** No expiry is meant (RFC 5280 section 4.1.2.5). */
  private static final Time NOT_AFTER = new Time(new DERGeneralizedTime("99991231235959Z"));

  private final PrivateKey privateKey;
  private final X509Certificate certificate;

  private NodeCertificate(PrivateKey privateKey, X509Certificate certificate) {
    this.privateKey = privateKey;
    this.certificate = certificate;
  }

  /**
   * The certificate of this endpoint key. The private key stays in memory until it is collected.
   */
  static NodeCertificate of(DeviceKeypair endpointKey) {
    byte[] secret = endpointKey.secretBytes();
    try {
      PrivateKey privateKey =
          KeyFactory.getInstance("Ed25519")
              .generatePrivate(new EdECPrivateKeySpec(NamedParameterSpec.ED25519, secret));
      return new NodeCertificate(privateKey, selfSigned(endpointKey));
    } catch (GeneralSecurityException | IOException impossible) {
      throw new AssertionError("every Java 17 runtime knows Ed25519 and X.509", impossible);
    } finally {
      Arrays.fill(secret, (byte) 0);
    }
  }

  /** The Ed25519 key of a certificate; empty when it holds a key of another kind. */
  static Optional<EndpointId> endpointId(Certificate certificate) {
    // The encoded form is compared byte by byte, whatever the provider thinks of the key. Whether
    // the other side holds the private key is TLS's to prove, not the self-signature's.
    byte[] spki = certificate.getPublicKey().getEncoded();
    if (spki.length != SPKI_PREFIX.length + EndpointId.BYTES
        || !Arrays.equals(spki, 0, SPKI_PREFIX.length, SPKI_PREFIX, 0, SPKI_PREFIX.length)) {
      return Optional.empty();
    }
    return Optional.of(EndpointId.of(Arrays.copyOfRange(spki, SPKI_PREFIX.length, spki.length)));
  }

  PrivateKey privateKey() {
    return privateKey;
  }

  X509Certificate certificate() {
    return certificate;
  }

  private static X509Certificate selfSigned(DeviceKeypair key)
      throws CertificateException, IOException {
    byte[] publicKey = key.publicKey();
    X500Name name = new X500Name("CN=" + key.endpointId().hex());
    BigInteger serial = new BigInteger(1, Arrays.copyOf(publicKey, 16));
    byte[] encoded =
        new X509v3CertificateBuilder(
                name,
                serial,
                NOT_BEFORE,
                NOT_AFTER,
                name,
                new SubjectPublicKeyInfo(ED25519, publicKey))
            .build(new KeypairSigner(key))
            .getEncoded();
    return (X509Certificate)
        CertificateFactory.getInstance("X.509")
            .generateCertificate(new ByteArrayInputStream(encoded));
  }

  /** Signs what BouncyCastle writes. */
  private static final class KeypairSigner implements ContentSigner {
    private final DeviceKeypair key;
    private final ByteArrayOutputStream content = new ByteArrayOutputStream();

    KeypairSigner(DeviceKeypair key) {
      this.key = key;
    }

    @Override
    public AlgorithmIdentifier getAlgorithmIdentifier() {
      return ED25519;
    }

    @Override
    public OutputStream getOutputStream() {
      return content;
    }

    @Override
    public byte[] getSignature() {
      return key.sign(content.toByteArray());
    }
  }
}
