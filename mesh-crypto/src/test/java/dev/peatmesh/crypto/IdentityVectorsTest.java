package dev.peatmesh.crypto;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Other implementations derive the same bytes from the same secret. These never change. */
class IdentityVectorsTest {
  private static final HexFormat HEX = HexFormat.of();

  @ParameterizedTest(name = "{0} / {1}")
  @CsvSource({
    "formation-shared-secret-from-k8s-secret, peat-mesh-0,"
        + "a0601a66cf95ad2c6b626f1784fe93b2f61dbe37e8a7b52129709875a4f13fe0,"
        + "4d28a621fd5e29f728db5bd0a30b04d60c2cbcd9168c45a14afdfd652740dbb9,"
        + "dd8bee9a97c7384d26559b05dd8bb87e",
    "formation-shared-secret-from-k8s-secret, peat-mesh-1,"
        + "6d83e672d65652afbcb80d4fd1f8dbf0b17e39209cdc4acf192c66c97021485c,"
        + "d238be4a27ce0fc1166ba772b81c23ec89cc00a47bbfd68bfa922c4a8661bf9d,"
        + "099efd5c63bcf71a65e8bdf247430ead",
    "formation-shared-secret-from-k8s-secret, iroh:peat-mesh-0,"
        + "28c6322b76688eb67e849f1c6048e414501b97d23131637cf2c45aedd3e795a4,"
        + "20271fde2532cfd154b8e3b795113ad17f0b7bdbb024aed2309bbe53f0d290ba,",
    "test-formation-secret-32-bytes!!, peat-node-0,"
        + "ede7a39451b299f581c6b7535f72bfb68d5de505b024fe36c2075a3110bf1073,"
        + "d24186134ccd8318976b9f1afb7b2b4c109a06e408f4e3ceca8c74c698d7896c,"
        + "586ea0caf9f1de038970ca290b08c6f3",
    "test-formation-secret-32-bytes!!, iroh:peat-node-0,"
        + "2d78698d218354572a51113d34fde1dfdc177854238cedf0d49daf55ed65e93a,"
        + "6e6e845b87e58b8c4212f54e2c6c2c16e8c4d6c550ca35d2f958de2ad1e69065,"
        + "c9c420388feeb9bbe976d441d53214e6",
  })
  void keypairFollowsFromSeedAndContext(
      String seed, String context, String secret, String publicKey, String deviceId) {
    DeviceKeypair derived = DeviceKeypair.fromSeed(seed.getBytes(US_ASCII), context);

    assertThat(derived.secretBytes()).asHexString().isEqualToIgnoringCase(secret);
    assertThat(derived.publicKey()).asHexString().isEqualToIgnoringCase(publicKey);
    assertThat(derived.endpointId()).isEqualTo(new EndpointId(publicKey));
    if (deviceId != null) {
      assertThat(derived.deviceId()).isEqualTo(new DeviceId(deviceId));
    }
  }

  @Test
  void nodeIdentityTakesTheNameForTheDeviceAndThePrefixedNameForTheEndpoint() {
    Formation formation =
        Formation.of("any", "formation-shared-secret-from-k8s-secret".getBytes(US_ASCII));
    NodeIdentity node = formation.identity("peat-mesh-0");

    assertThat(node.deviceId()).hasToString("dd8bee9a97c7384d26559b05dd8bb87e");
    assertThat(node.endpointId())
        .hasToString("20271fde2532cfd154b8e3b795113ad17f0b7bdbb024aed2309bbe53f0d290ba")
        .isEqualTo(formation.endpointId("peat-mesh-0"));
    assertThat(formation.devicePublicKey("peat-mesh-0"))
        .isEqualTo(node.deviceKey().publicKey())
        .isEqualTo(
            HEX.parseHex("4d28a621fd5e29f728db5bd0a30b04d60c2cbcd9168c45a14afdfd652740dbb9"));
  }

  @Test
  void formationKeyAndResponseMatch() {
    byte[] secret = new byte[32];
    Arrays.fill(secret, (byte) 0x42);
    FormationKey key = FormationKey.derive("alpha-company", secret);
    Nonce nonce = new Nonce("000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f");

    assertThat(key.respond(nonce))
        .isEqualTo(
            HEX.parseHex("88bf2eea716d5db1f5ebc70ecd98a12ea11d5b76bc9491359c05b5aa82a5b33a"));
    // The key itself is not given out: it shows in an HMAC made elsewhere with the expected one.
    assertThat(key.mac("probe".getBytes(UTF_8)))
        .isEqualTo(
            Sha256.hmac(
                HEX.parseHex("1d24272cb0b992583c5628e20b7375d7614415e0963499503f7830268f0898c2"),
                "probe".getBytes(UTF_8)));
    assertThat(key.challenge(nonce))
        .isEqualTo(HEX.parseHex("0d00" + HEX.formatHex("alpha-company".getBytes(UTF_8)) + nonce));
  }

  @Test
  void genesisDerivationMatches() {
    byte[] meshSeed = new byte[32];
    Arrays.fill(meshSeed, (byte) 0x11);
    byte[] salt = "ALPHA-TEAM".getBytes(UTF_8);

    byte[] meshId = Sha256.hkdf(meshSeed, salt, "peat-mesh:mesh-id".getBytes(UTF_8));
    assertThat(HEX.formatHex(meshId, 0, 4).toUpperCase(Locale.ROOT)).isEqualTo("17308BDD");
    assertThat(Sha256.hkdf(meshSeed, salt, "peat-mesh:formation-secret".getBytes(UTF_8)))
        .isEqualTo(
            HEX.parseHex("6c27786bf669a47c5555fa48337983505b6b8f613d38dbd9e61389890bbb2e37"));
  }
}
