package dev.peatmesh.crypto;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

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

  @Test
  void eachSideIsConvincedByTheOther() {
    Trials.run(
        100,
        random -> {
          Meeting meeting = meeting(random);
          Role role = role(random);
          byte[] proof = meeting.proof(role);

          assertThat(proof).hasSize(FormationProof.BYTES);
          assertThat(FormationProof.verify(KEY, role, meeting.transcript(), proof)).isTrue();
        });
  }

  @Test
  void anyBitChangedInTheProofMakesItVoid() {
    Trials.run(
        300,
        random -> {
          Meeting meeting = meeting(random);
          Role role = role(random);
          byte[] proof = flipped(meeting.proof(role), random.nextInt(8 * FormationProof.BYTES));

          assertThat(FormationProof.verify(KEY, role, meeting.transcript(), proof)).isFalse();
        });
  }

  @Test
  void anyFieldChangedInTheTranscriptMakesTheProofVoid() {
    Trials.run(
        100,
        random -> {
          Meeting meeting = meeting(random);
          Role role = role(random);
          byte[] proof = meeting.proof(role);

          assertThat(transcriptsOfOthers(meeting.transcript(), random.nextInt(256)))
              .noneMatch(changed -> FormationProof.verify(KEY, role, changed, proof));
        });
  }

  @Test
  void proofIsVoidInTheOtherRole() {
    Trials.run(
        100,
        random -> {
          Meeting meeting = meeting(random);
          Role role = role(random);
          Role other = role == Role.DIALER ? Role.ACCEPTOR : Role.DIALER;
          ProofTranscript agreed = meeting.transcript();
          ProofTranscript swapped =
              new ProofTranscript(agreed.formationId(), agreed.acceptor(), agreed.dialer());
          byte[] proof = meeting.proof(role);

          assertThat(FormationProof.verify(KEY, other, agreed, proof)).isFalse();
          assertThat(FormationProof.verify(KEY, other, swapped, proof)).isFalse();
        });
  }

  @Test
  void proofByAnotherSecretOrFormationIsVoid() {
    Trials.run(
        100,
        random -> {
          Meeting meeting = meeting(random);
          Role role = role(random);
          byte[] proof = meeting.proof(role);

          for (FormationKey stranger :
              List.of(
                  FormationKey.derive("home", bytes(random, 32)),
                  FormationKey.derive(
                      "away", "a secret of thirty-two bytes, ok".getBytes(UTF_8)))) {
            assertThat(FormationProof.verify(stranger, role, meeting.transcript(), proof))
                .isFalse();
          }
        });
  }

  @Test
  void noBytesOfAnyLengthMakeTheCheckThrow() {
    ProofTranscript transcript = sample().transcript();
    Trials.run(
        300,
        random -> {
          // Every third one has the length of a proof.
          int length = random.nextInt(3) == 0 ? FormationProof.BYTES : random.nextInt(201);
          byte[] proof = bytes(random, length);
          assertThat(FormationProof.verify(KEY, Role.DIALER, transcript, proof)).isFalse();
        });
  }

  @Test
  void transcriptsThatDifferHaveOtherBytes() {
    Trials.run(
        200,
        random -> {
          ProofTranscript one = meeting(random).transcript();
          Role role = role(random);
          for (ProofTranscript other :
              List.of(
                  meeting(random).transcript(),
                  new ProofTranscript(one.formationId(), one.dialer(), one.acceptor()))) {
            assertThat(Arrays.equals(one.encode(role), other.encode(role)))
                .isEqualTo(one.equals(other));
          }
        });
  }

  @Test
  void charactersMovedFromOneNameToTheOtherMakeAnotherTranscript() {
    Party anna = Party.derived(FORMATION, "anna", Nonce.of(new byte[32]), 1);

    assertThat(new ProofTranscript("ab", renamed(anna, "c"), anna).encode(Role.DIALER))
        .isNotEqualTo(new ProofTranscript("a", renamed(anna, "bc"), anna).encode(Role.DIALER));
  }

  @Test
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

  @Test
  void memberWithoutTheDeviceKeyCannotProveToBeTheDevice() {
    Meeting meeting = sample();
    byte[] message = meeting.transcript().encode(Role.DIALER);
    byte[] proof = meeting.proof(Role.DIALER);
    byte[] signature = meeting.acceptor().sign(message);
    System.arraycopy(signature, 0, proof, 32, signature.length);

    assertThat(FormationProof.verify(KEY, Role.DIALER, meeting.transcript(), proof)).isFalse();
  }

  @Test
  void deviceOutsideTheFormationCannotProveMembership() {
    Meeting meeting = sample();
    byte[] proof = meeting.proof(Role.DIALER);
    Arrays.fill(proof, 0, 32, (byte) 0);

    assertThat(FormationProof.verify(KEY, Role.DIALER, meeting.transcript(), proof)).isFalse();
  }

  @Test
  void provingWithAKeyThatTheTranscriptDoesNotNameIsAnError() {
    Meeting meeting = sample();

    assertThatThrownBy(
            () -> FormationProof.prove(KEY, meeting.acceptor(), Role.DIALER, meeting.transcript()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "device key(%s): is not the one the transcript names for the dialer, %s."
                .formatted(meeting.acceptor().deviceId(), meeting.dialer().deviceId()));
  }

  @Test
  void partyOfOurselvesEqualsTheOneOthersDerive() {
    Nonce nonce = Nonce.of(new byte[32]);

    assertThat(Party.self(FORMATION.identity("anna"), nonce, 7))
        .isEqualTo(Party.derived(FORMATION, "anna", nonce, 7));
  }

  private static Meeting meeting(Random random) {
    String dialer = name(random);
    String acceptor = name(random);
    return new Meeting(
        new ProofTranscript(
            FORMATION.id(),
            Party.derived(FORMATION, dialer, nonce(random), random.nextLong()),
            Party.derived(FORMATION, acceptor, nonce(random), random.nextLong())),
        FORMATION.identity(dialer).deviceKey(),
        FORMATION.identity(acceptor).deviceKey());
  }

  private static Role role(Random random) {
    return random.nextBoolean() ? Role.DIALER : Role.ACCEPTOR;
  }

  private static String name(Random random) {
    String letters = "ab-0ü木";
    return random
        .ints(1 + random.nextInt(60), 0, letters.length())
        .mapToObj(i -> letters.substring(i, i + 1))
        .collect(Collectors.joining());
  }

  private static Nonce nonce(Random random) {
    return Nonce.of(bytes(random, Nonce.BYTES));
  }

  private static byte[] bytes(Random random, int count) {
    byte[] bytes = new byte[count];
    random.nextBytes(bytes);
    return bytes;
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

  /** Every transcript that differs from it in one field. */
  private static List<ProofTranscript> transcriptsOfOthers(ProofTranscript agreed, int bit) {
    List<ProofTranscript> others = new ArrayList<>();
    for (UnaryOperator<Party> change : partyChanges(bit)) {
      others.add(
          new ProofTranscript(
              agreed.formationId(), change.apply(agreed.dialer()), agreed.acceptor()));
      others.add(
          new ProofTranscript(
              agreed.formationId(), agreed.dialer(), change.apply(agreed.acceptor())));
    }
    others.add(new ProofTranscript("homf", agreed.dialer(), agreed.acceptor()));
    return others;
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
