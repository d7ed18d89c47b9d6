package dev.peatmesh.testkit.kubernetes.internal;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/**
 * An authority made for one server, and the certificate that it signs: for {@code localhost}, its
 * addresses, and the names of the API inside a cluster. Keys are P-256 and leave memory never.
 */
public final class ServerCertificate {
  // Fixed, so that no clock is asked; a real cluster's certificates last a year.
  private static final Date FROM = Date.from(Instant.parse("2020-01-01T00:00:00Z"));
  private static final Date TO = Date.from(Instant.parse("2049-12-31T00:00:00Z"));

  private static final X500Name AUTHORITY = new X500Name("CN=fake-kubernetes-ca");
  private static final X500Name SERVER = new X500Name("CN=fake-kubernetes-api");
  private static final String SIGNATURE = "SHA256withECDSA";

  private final X509Certificate authority;
  private final SSLContext context;

  private ServerCertificate(X509Certificate authority, SSLContext context) {
    this.authority = authority;
    this.context = context;
  }

  /** Makes a new one. */
  public static ServerCertificate generate() {
    try {
      KeyPairGenerator keys = KeyPairGenerator.getInstance("EC");
      keys.initialize(new ECGenParameterSpec("secp256r1"), new SecureRandom());
      KeyPair authorityKey = keys.generateKeyPair();
      KeyPair serverKey = keys.generateKeyPair();
      X509Certificate authority = authority(authorityKey);
      X509Certificate server = server(authorityKey, serverKey);
      return new ServerCertificate(authority, context(serverKey, server, authority));
    } catch (GeneralSecurityException | OperatorCreationException | IOException e) {
      throw new IllegalStateException("certificate: this JDK cannot make one for P-256.", e);
    }
  }

  /** What a client must trust. */
  public String authorityPem() {
    try {
      String base64 =
          Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII))
              .encodeToString(authority.getEncoded());
      return "-----BEGIN CERTIFICATE-----\n" + base64 + "\n-----END CERTIFICATE-----\n";
    } catch (CertificateException e) {
      throw new AssertionError("it was encoded when it was signed", e);
    }
  }

  /** What the server answers with. */
  public SSLContext context() {
    return context;
  }

  private static X509Certificate authority(KeyPair key)
      throws GeneralSecurityException, OperatorCreationException, IOException {
    JcaX509v3CertificateBuilder builder =
        new JcaX509v3CertificateBuilder(
            AUTHORITY, BigInteger.ONE, FROM, TO, AUTHORITY, key.getPublic());
    builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(0));
    builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign));
    return signed(builder, key);
  }

  private static X509Certificate server(KeyPair authorityKey, KeyPair key)
      throws GeneralSecurityException, OperatorCreationException, IOException {
    JcaX509v3CertificateBuilder builder =
        new JcaX509v3CertificateBuilder(
            AUTHORITY, BigInteger.TWO, FROM, TO, SERVER, key.getPublic());
    GeneralName[] names = {
      new GeneralName(GeneralName.dNSName, "localhost"),
      new GeneralName(GeneralName.dNSName, "kubernetes.default.svc"),
      new GeneralName(GeneralName.iPAddress, "127.0.0.1"),
      new GeneralName(GeneralName.iPAddress, "::1")
    };
    builder.addExtension(Extension.subjectAlternativeName, false, new GeneralNames(names));
    return signed(builder, authorityKey);
  }

  private static X509Certificate signed(JcaX509v3CertificateBuilder builder, KeyPair authority)
      throws GeneralSecurityException, OperatorCreationException {
    return new JcaX509CertificateConverter()
        .getCertificate(
            builder.build(new JcaContentSignerBuilder(SIGNATURE).build(authority.getPrivate())));
  }

  private static SSLContext context(
      KeyPair key, X509Certificate certificate, X509Certificate authority)
      throws GeneralSecurityException, IOException {
    KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
    store.load(null, null);
    Certificate[] chain = {certificate, authority};
    store.setKeyEntry("server", key.getPrivate(), new char[0], chain);
    KeyManagerFactory managers =
        KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    managers.init(store, new char[0]);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(managers.getKeyManagers(), null, null);
    return context;
  }
}
