package dev.peatmesh.internal.quic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.peatmesh.RefusalReason;
import dev.peatmesh.crypto.EndpointId;
import dev.peatmesh.internal.transport.Refusal;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.Comparator;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PeerProofTest {
  private static final X509Certificate A = certificate("a");
  private static final X509Certificate B = certificate("b");

  @Test
  void anyKeyWillDoWhereNoneIsExpected() {
    PeerProof proof = new PeerProof(Set.of());
    assertThat(proof.accepts(new X509Certificate[] {A})).isTrue();
    assertThat(proof.proved()).contains(QuicNode.id("a"));
    assertThat(proof.refusal()).isEmpty();
  }

  @Test
  void anotherKeyThanExpectedIsRefused() {
    PeerProof proof = new PeerProof(Set.of(QuicNode.id("a")));
    assertThat(proof.accepts(new X509Certificate[] {A})).isTrue();
    assertThat(proof.accepts(new X509Certificate[] {B})).isFalse();
    assertThat(proof.proved()).isEmpty();
    assertThat(proof.refusal())
        .contains(
            Refusal.ours(
                RefusalReason.WRONG_KEY,
                "expected %s, proved %s".formatted(QuicNode.id("a"), QuicNode.id("b"))));
  }

  @Test
  void aLongExpectationIsShortened() {
    Set<EndpointId> many =
        IntStream.range(0, 10).mapToObj(i -> QuicNode.id("n" + i)).collect(Collectors.toSet());
    PeerProof proof = new PeerProof(many);
    assertThat(proof.accepts(new X509Certificate[] {A})).isFalse();
    EndpointId first = many.stream().min(Comparator.naturalOrder()).orElseThrow();
    assertThat(proof.refusal().orElseThrow().detail())
        .startsWith("expected " + first + " or ")
        .endsWith(" or 7 more, proved " + QuicNode.id("a"))
        .hasSizeLessThan(Refusal.DETAIL_MAX);
  }

  @Test
  void exactlyOneCertificateIsTaken() {
    PeerProof proof = new PeerProof(Set.of());
    assertThat(proof.accepts(new X509Certificate[] {A, B})).isFalse();
    assertThat(proof.accepts(new X509Certificate[] {})).isFalse();
    assertThat(proof.proved()).isEmpty();
  }

  @Test
  void aHandshakeWithoutAPinIsRefused() {
    PinningTrustManager trust = new PinningTrustManager();
    assertThatThrownBy(() -> trust.checkServerTrusted(new X509Certificate[] {A}, "EdDSA"))
        .isInstanceOf(CertificateException.class)
        .hasMessage("a handshake without a pin");
  }

  @Test
  void oneKeyGivesOneCertificate() throws Exception {
    assertThat(certificate("a").getEncoded()).isEqualTo(A.getEncoded());
    assertThat(B.getEncoded()).isNotEqualTo(A.getEncoded());
    A.verify(A.getPublicKey());
    A.checkValidity();
  }

  private static X509Certificate certificate(String name) {
    return NodeCertificate.of(QuicNode.identity(name).endpointKey()).certificate();
  }
}
