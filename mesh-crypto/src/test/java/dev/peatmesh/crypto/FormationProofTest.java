package dev.peatmesh.crypto;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.function.UnaryOperator;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

class FormationProofTest {
  private static final Formation FORMATION =
      Formation.of("home", "a secret of thirty-two bytes, ok".getBytes(UTF_8));
  private static final FormationKey KEY = FORMATION.key();

  /** A connection between two members, with the device keys that prove it. */
  record Meeting(ProofTranscript transcript, DeviceKeypair dialer, DeviceKeypair acceptor) {
    DeviceKeypair device(Role role) {
      return role == Role.DIALER ? dialer : acceptor;
    }

    byte[] proof(Role role) {
      return FormationProof.prove(KEY, device(role), role, transcript);
    }
  }

  @Provide
  Arbitrary<Meeting> meetings() {
    Arbitrary<String> names =
        Arbitraries.strings().withChars("ab-0ü木").ofMinLength(1).ofMaxLength(60);
    Arbitrary<Nonce> nonces =
        Arbitraries.bytes().array(byte[].class).ofSize(Nonce.BYTES).map(Nonce::of);
    Arbitrary<Long> incarnations = Arbitraries.longs();
    return Combinators.combine(names, names, nonces, nonces, incarnations, incarnations)
        .as(
            (dialer, acceptor, dialerNonce, acceptorNonce, dialerLife, acceptorLife) ->
                new Meeting(
                    new ProofTranscript(
                        FORMATION.id(),
                        Party.derived(FORMATION, dialer, dialerNonce, dialerLife),
                        Party.derived(FORMATION, acceptor, acceptorNonce, acceptorLife)),
                    FORMATION.identity(dialer).deviceKey(),
                    FORMATION.identity(acceptor).deviceKey()));
  }

  @Property(tries = 100)
  void eachSideIsConvincedByTheOther(@ForAll("meetings") Meeting meeting, @ForAll Role role) {
    byte[] proof = meeting.proof(role);

    assertThat(proof).hasSize(FormationProof.BYTES);
    assertThat(FormationProof.verify(KEY, role, meeting.transcript(), proof)).isTrue();
  }

  @Property(tries = 300)
  void anyBitChangedInTheProofMakesItVoid(
      @ForAll("meetings") Meeting meeting,
      @ForAll Role role,
      @ForAll @IntRange(max = 8 * FormationProof.BYTES - 1) int bit) {
    byte[] proof = meeting.proof(role);
    proof[bit / 8] ^= (byte) (1 << (bit % 8));

    assertThat(FormationProof.verify(KEY, role, meeting.transcript(), proof)).isFalse();
  }

  @Property(tries = 100)
  void anyFieldChangedInTheTranscriptMakesTheProofVoid(
      @ForAll("meetings") Meeting meeting,
      @ForAll Role role,
      @ForAll @IntRange(max = 255) int bit) {
    ProofTranscript agreed = meeting.transcript();
    byte[] proof = meeting.proof(role);

    for (UnaryOperator<Party> change : partyChanges(bit)) {
      assertThat(
              FormationProof.verify(
                  KEY,
                  role,
                  new ProofTranscript(
                      agreed.formationId(), change.apply(agreed.dialer()), agreed.acceptor()),
                  proof))
          .isFalse();
      assertThat(
              FormationProof.verify(
                  KEY,
                  role,
                  new ProofTranscript(
                      agreed.formationId(), agreed.dialer(), change.apply(agreed.acceptor())),
                  proof))
          .isFalse();
    }
    assertThat(
            FormationProof.verify(
                KEY, role, new ProofTranscript("homf", agreed.dialer(), agreed.acceptor()), proof))
        .isFalse();
  }

  @Property(tries = 100)
  void proofIsVoidInTheOtherRole(@ForAll("meetings") Meeting meeting, @ForAll Role role) {
    Role other = role == Role.DIALER ? Role.ACCEPTOR : Role.DIALER;
    ProofTranscript agreed = meeting.transcript();
    ProofTranscript swapped =
        new ProofTranscript(agreed.formationId(), agreed.acceptor(), agreed.dialer());
    byte[] proof = meeting.proof(role);

    assertThat(FormationProof.verify(KEY, other, agreed, proof)).isFalse();
    assertThat(FormationProof.verify(KEY, other, swapped, proof)).isFalse();
  }

  @Property(tries = 100)
  void proofByAnotherSecretOrFormationIsVoid(
      @ForAll("meetings") Meeting meeting,
      @ForAll Role role,
      @ForAll @Size(32) byte[] otherSecret) {
    byte[] proof = meeting.proof(role);

    for (FormationKey stranger :
        List.of(
            FormationKey.derive("home", otherSecret),
            FormationKey.derive("away", "a secret of thirty-two bytes, ok".getBytes(UTF_8)))) {
      assertThat(FormationProof.verify(stranger, role, meeting.transcript(), proof)).isFalse();
    }
  }

  @Property(tries = 300)
  void noBytesOfAnyLengthMakeTheCheckThrow(@ForAll @Size(max = 200) byte[] proof) {
    assertThat(FormationProof.verify(KEY, Role.DIALER, sample().transcript(), proof)).isFalse();
  }

  @Property(tries = 200)
  void transcriptsThatDifferHaveOtherBytes(
      @ForAll("meetings") Meeting one, @ForAll("meetings") Meeting two, @ForAll Role role) {
    assertThat(Arrays.equals(one.transcript().encode(role), two.transcript().encode(role)))
        .isEqualTo(one.transcript().equals(two.transcript()));
  }

  @Example
  void charactersMovedFromOneNameToTheOtherMakeAnotherTranscript() {
    Party anna = Party.derived(FORMATION, "anna", Nonce.of(new byte[32]), 1);

    assertThat(new ProofTranscript("ab", renamed(anna, "c"), anna).encode(Role.DIALER))
        .isNotEqualTo(new ProofTranscript("a", renamed(anna, "bc"), anna).encode(Role.DIALER));
  }

  @Example
  void transcriptBytesNeverChange() {
    Party dialer =
        new Party(
            "a",
            new EndpointId("11".repeat(32)),
            new DevicePublicKey("22".repeat(32)),
            new Nonce("33".repeat(32)),
            1);
    Party acceptor =
        new Party(
            "bb",
            new EndpointId("44".repeat(32)),
            new DevicePublicKey("55".repeat(32)),
            new Nonce("66".repeat(32)),
            -1);

    assertThat(
            HexFormat.of()
                .formatHex(new ProofTranscript("home", dialer, acceptor).encode(Role.ACCEPTOR)))
        .isEqualTo(
            text("peatmesh formation proof v1")
                + text("acceptor")
                + text("home")
                + text("a")
                + "11".repeat(32)
                + "22".repeat(32)
                + "33".repeat(32)
                + "0000000000000001"
                + text("bb")
                + "44".repeat(32)
                + "55".repeat(32)
                + "66".repeat(32)
                + "ffffffffffffffff");
  }

  @Example
  void memberWithoutTheDeviceKeyCannotProveToBeTheDevice() {
    Meeting meeting = sample();
    byte[] message = meeting.transcript().encode(Role.DIALER);
    byte[] proof = meeting.proof(Role.DIALER);
    byte[] signature = meeting.acceptor().sign(message);
    System.arraycopy(signature, 0, proof, 32, signature.length);

    assertThat(FormationProof.verify(KEY, Role.DIALER, meeting.transcript(), proof)).isFalse();
  }

  @Example
  void deviceOutsideTheFormationCannotProveMembership() {
    Meeting meeting = sample();
    byte[] proof = meeting.proof(Role.DIALER);
    Arrays.fill(proof, 0, 32, (byte) 0);

    assertThat(FormationProof.verify(KEY, Role.DIALER, meeting.transcript(), proof)).isFalse();
  }

  @Example
  void provingWithAKeyThatTheTranscriptDoesNotNameIsAnError() {
    Meeting meeting = sample();

    assertThatThrownBy(
            () -> FormationProof.prove(KEY, meeting.acceptor(), Role.DIALER, meeting.transcript()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "device key(%s): is not the one the transcript names for the dialer, %s."
                .formatted(meeting.acceptor().deviceId(), meeting.dialer().deviceId()));
  }

  @Example
  void partyOfOurselvesEqualsTheOneOthersDerive() {
    Nonce nonce = Nonce.of(new byte[32]);

    assertThat(Party.self(FORMATION.identity("anna"), nonce, 7))
        .isEqualTo(Party.derived(FORMATION, "anna", nonce, 7));
  }

  private static Meeting sample() {
    Nonce nonce = Nonce.of(new byte[32]);
    return new Meeting(
        new ProofTranscript(
            FORMATION.id(),
            Party.derived(FORMATION, "anna", nonce, 1),
            Party.derived(FORMATION, "bert", nonce, 1)),
        FORMATION.identity("anna").deviceKey(),
        FORMATION.identity("bert").deviceKey());
  }

  /** Every way to change one party in one field. */
  private static List<UnaryOperator<Party>> partyChanges(int bit) {
    return List.of(
        p -> renamed(p, p.nodeName() + "x"),
        p -> renamed(p, "x" + p.nodeName().substring(p.nodeName().offsetByCodePoints(0, 1))),
        p ->
            new Party(
                p.nodeName(),
                EndpointId.of(flipped(p.endpoint().publicKey(), bit)),
                p.device(),
                p.nonce(),
                p.incarnation()),
        p ->
            new Party(
                p.nodeName(),
                p.endpoint(),
                DevicePublicKey.of(flipped(p.device().bytes(), bit)),
                p.nonce(),
                p.incarnation()),
        p ->
            new Party(
                p.nodeName(),
                p.endpoint(),
                p.device(),
                Nonce.of(flipped(p.nonce().bytes(), bit)),
                p.incarnation()),
        p ->
            new Party(
                p.nodeName(),
                p.endpoint(),
                p.device(),
                p.nonce(),
                p.incarnation() ^ (1L << (bit % 64))));
  }

  private static Party renamed(Party party, String name) {
    return new Party(name, party.endpoint(), party.device(), party.nonce(), party.incarnation());
  }

  private static byte[] flipped(byte[] bytes, int bit) {
    bytes[bit / 8] ^= (byte) (1 << (bit % 8));
    return bytes;
  }

  private static String text(String text) {
    byte[] bytes = text.getBytes(UTF_8);
    return "%04x".formatted(bytes.length) + HexFormat.of().formatHex(bytes);
  }
}
