package dev.peatmesh.benchmarks.floor;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import org.bouncycastle.asn1.DERGeneralizedTime;
import org.bouncycastle.asn1.DERUTCTime;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.asn1.x509.Time;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.operator.ContentSigner;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** A key and a certificate for it that proves nothing: QUIC does not go without. */
record SelfSigned(PrivateKey privateKey, X509Certificate certificate) {
  private static final Time NOT_BEFORE = new Time(new DERUTCTime("700101000000Z"));
  private static final Time NOT_AFTER = new Time(new DERGeneralizedTime("99991231235959Z"));

  static SelfSigned create() throws GeneralSecurityException, OperatorCreationException {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(new ECGenParameterSpec("secp256r1"));
    KeyPair keys = generator.generateKeyPair();
    X500Name name = new X500Name("CN=floor");
    ContentSigner signer = new JcaContentSignerBuilder("SHA256withECDSA").build(keys.getPrivate());
    return new SelfSigned(
        keys.getPrivate(),
        new JcaX509CertificateConverter()
            .getCertificate(
                new X509v3CertificateBuilder(
                        name,
                        BigInteger.ONE,
                        NOT_BEFORE,
                        NOT_AFTER,
                        name,
                        SubjectPublicKeyInfo.getInstance(keys.getPublic().getEncoded()))
                    .build(signer)));
  }
}
