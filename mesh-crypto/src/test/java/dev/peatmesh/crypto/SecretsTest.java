package dev.peatmesh.crypto;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Secrets are long enough, copied, never shown, and gone when destroyed. */
class SecretsTest {
  private static final byte[] SECRET = "a secret nobody should ever see!".getBytes(US_ASCII);

  private final Formation formation = Formation.of("home", SECRET);
  private final NodeIdentity identity = formation.identity("kitchen");

  @Test
  void emptySecretIsRefused() {
    assertThatThrownBy(() -> Formation.of("home", new byte[0]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "formation secret(0 bytes): is empty; whoever guesses it holds every key derived from"
                + " it, so 16 bytes are the least and 32 random bytes are right. Make one: openssl"
                + " rand -base64 32");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 15})
  void shortSecretIsRefusedWithoutShowingIt(int bytes) {
    byte[] secret = Arrays.copyOf(SECRET, bytes);

    assertThatThrownBy(() -> Formation.of("home", secret))
        .hasMessageStartingWith("formation secret(" + bytes + " bytes): is too short;")
        .hasMessageNotContaining("a secret");
    assertThatThrownBy(() -> FormationKey.derive("home", secret))
        .hasMessageStartingWith("formation secret(" + bytes + " bytes): is too short;");
    assertThatThrownBy(() -> DeviceKeypair.fromSeed(secret, "context"))
        .hasMessageStartingWith("seed(" + bytes + " bytes): is too short;");
  }

  @Test
  void secretBelow32BytesIsWeak() {
    assertThat(Formation.of("home", new byte[16]).isWeak()).isTrue();
    assertThat(Formation.of("home", new byte[31]).isWeak()).isTrue();
    assertThat(Formation.of("home", new byte[32]).isWeak()).isFalse();
    assertThat(Formation.of("home", new byte[33]).isWeak()).isFalse();
  }

  @Test
  void secretHasAnUpperBound() {
    assertThat(Formation.of("home", new byte[65_536]).isWeak()).isFalse();
    assertThatThrownBy(() -> Formation.of("home", new byte[65_537]))
        .hasMessage(
            "formation secret(65537 bytes): is too long; 65536 bytes are the most. Is it the right"
                + " file?");
  }

  @Test
  void callersMayZeroTheirSecret() {
    byte[] secret = SECRET.clone();
    Formation made = Formation.of("home", secret);
    Arrays.fill(secret, (byte) 0);

    assertThat(made.endpointId("kitchen")).isEqualTo(formation.endpointId("kitchen"));
    assertThat(made.key().mac(new byte[1])).isEqualTo(formation.key().mac(new byte[1]));
  }

  @Test
  void arraysHandedOutAreCopies() {
    DeviceKeypair key = identity.deviceKey();
    byte[] publicKey = key.publicKey();
    Arrays.fill(key.publicKey(), (byte) 0);
    Arrays.fill(key.secretBytes(), (byte) 0);
    Arrays.fill(identity.endpointId().publicKey(), (byte) 0);

    assertThat(key.publicKey()).isEqualTo(publicKey);
    assertThat(key.secretBytes()).isNotEqualTo(new byte[32]);
    assertThat(DeviceKeypair.verify(publicKey, SECRET, key.sign(SECRET))).isTrue();
  }

  @Test
  void secretBytesMakeTheSameKeyAgain() {
    DeviceKeypair generated = DeviceKeypair.generate(new SecureRandom());
    DeviceKeypair again = DeviceKeypair.fromSecretBytes(generated.secretBytes());

    assertThat(again.publicKey()).isEqualTo(generated.publicKey());
    assertThatThrownBy(() -> DeviceKeypair.fromSecretBytes(new byte[31]))
        .hasMessage("secret key(31 bytes): must be 32 bytes long.");
  }

  @Test
  void generatedKeysDiffer() {
    SecureRandom random = new SecureRandom();

    assertThat(DeviceKeypair.generate(random).publicKey())
        .isNotEqualTo(DeviceKeypair.generate(random).publicKey());
  }

  @Test
  void destroyedKeypairKeepsItsPublicSideOnly() {
    DeviceKeypair key = identity.deviceKey();
    DeviceId id = key.deviceId();
    assertThat(key.isDestroyed()).isFalse();

    key.destroy();
    key.destroy();

    assertThat(key.isDestroyed()).isTrue();
    assertThat(key.deviceId()).isEqualTo(id);
    assertDestroyed("secret key", () -> key.sign(SECRET));
    assertDestroyed("secret key", key::secretBytes);
    assertThat(identity.isDestroyed()).isFalse();
    identity.destroy();
    assertThat(identity.isDestroyed()).isTrue();
    assertDestroyed("secret key", () -> identity.endpointKey().sign(SECRET));
  }

  @Test
  void destroyedFormationDerivesAndProvesNothing() {
    FormationKey key = formation.key();
    assertThat(formation.isDestroyed()).isFalse();

    formation.destroy();
    formation.destroy();

    assertThat(formation.isDestroyed()).isTrue();
    assertThat(key.isDestroyed()).isTrue();
    assertThat(formation.id()).isEqualTo("home");
    assertDestroyed("formation secret", () -> formation.identity("kitchen"));
    assertDestroyed("formation secret", () -> formation.endpointId("kitchen"));
    assertDestroyed("formation secret", () -> formation.devicePublicKey("kitchen"));
    assertDestroyed("formation key", () -> key.mac(SECRET));
    assertDestroyed("formation key", () -> key.respond(Nonce.of(SECRET)));
    // What was derived before belongs to whoever asked for it.
    assertThat(identity.deviceKey().sign(SECRET)).hasSize(64);
  }

  @Test
  void destroyingZeroesTheBytesThemselves() {
    byte[] bytes = SECRET.clone();
    SecretBytes.takeOver("test", bytes).destroy();

    assertThat(bytes).containsOnly(0);
  }

  @Test
  void noPublicTypeShowsASecret() {
    Nonce nonce = Nonce.of(new byte[32]);
    Party party = Party.self(identity, nonce, 1);
    List<Object> all =
        List.of(
            formation,
            formation.key(),
            identity,
            identity.deviceKey(),
            identity.endpointKey(),
            identity.deviceId(),
            identity.endpointId(),
            DevicePublicKey.of(identity.deviceKey().publicKey()),
            nonce,
            party,
            new ProofTranscript("home", party, party),
            Role.DIALER,
            SecretBytes.copyOf("secret", SECRET));
    List<byte[]> secrets =
        List.of(
            SECRET,
            identity.deviceKey().secretBytes(),
            identity.endpointKey().secretBytes(),
            Sha256.hkdf(
                SECRET,
                "home".getBytes(US_ASCII),
                "peat-protocol-v1-formation".getBytes(US_ASCII)));

    for (Object shown : all) {
      for (byte[] secret : secrets) {
        assertThat(shown.toString())
            .doesNotContain(HexFormat.of().formatHex(secret, 0, 8))
            .doesNotContain(HexFormat.of().withUpperCase().formatHex(secret, 0, 8))
            .doesNotContain(Base64.getEncoder().encodeToString(secret).substring(0, 8))
            .doesNotContain(new String(secret, 0, 8, ISO_8859_1))
            .doesNotContain(Arrays.toString(secret).substring(1, 16))
            .doesNotContain("[B@");
      }
    }
  }

  @Test
  void namesOfPublicPartsAreShown() {
    assertThat(formation).hasToString("Formation[id=home]");
    assertThat(formation.key()).hasToString("FormationKey[formationId=home]");
    assertThat(identity.deviceKey())
        .hasToString("DeviceKeypair[deviceId=" + identity.deviceId() + "]");
    assertThat(identity)
        .hasToString(
            "NodeIdentity[nodeName=kitchen, deviceId=%s, endpointId=%s]"
                .formatted(identity.deviceId(), identity.endpointId()));
  }

  @Test
  void formationsWithOneSecretAndTwoIdsShareIdentitiesButNotTheFormationKey() {
    Formation other = Formation.of("away", SECRET);

    assertThat(other.endpointId("kitchen")).isEqualTo(formation.endpointId("kitchen"));
    assertThat(other.key().mac(SECRET)).isNotEqualTo(formation.key().mac(SECRET));
  }

  @Test
  void secretThatIsNot32BytesLongEntersTheFormationKeyByItsHash() {
    byte[] secret = Arrays.copyOf(SECRET, 20);

    assertThat(FormationKey.derive("home", secret).mac(SECRET))
        .isEqualTo(FormationKey.derive("home", Sha256.digest(secret)).mac(SECRET));
  }

  @Test
  void responseIsGoodForItsNonceAlone() {
    FormationKey key = formation.key();
    Nonce nonce = Nonce.of(SECRET);
    byte[] response = key.respond(nonce);

    assertThat(key.verifyResponse(nonce, response)).isTrue();
    assertThat(key.verifyResponse(Nonce.of(new byte[32]), response)).isFalse();
    assertThat(key.verifyResponse(nonce, Arrays.copyOf(response, 31))).isFalse();
    assertThat(key.verifyResponse(nonce, new byte[0])).isFalse();
  }

  private static void assertDestroyed(String what, ThrowingCallable use) {
    assertThatThrownBy(use)
        .isInstanceOf(IllegalStateException.class)
        .hasMessage(what + ": was destroyed. Destroy a key only after the last use of it.");
  }
}
