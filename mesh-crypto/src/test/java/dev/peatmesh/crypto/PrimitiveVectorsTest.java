package dev.peatmesh.crypto;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The published vectors of RFC 4231, 5869 and 8032, and the traps of Ed25519. */
class PrimitiveVectorsTest {
  private static final HexFormat HEX = HexFormat.of();

  @Test
  void hkdfMatchesRfc5869WithSalt() {
    byte[] inputKey = new byte[22];
    Arrays.fill(inputKey, (byte) 0x0b);

    assertThat(
            Sha256.hkdf(
                inputKey,
                HEX.parseHex("000102030405060708090a0b0c"),
                HEX.parseHex("f0f1f2f3f4f5f6f7f8f9")))
        .isEqualTo(
            HEX.parseHex("3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf"));
  }

  @Test
  void hkdfMatchesRfc5869WithoutSaltAndInfo() {
    byte[] inputKey = new byte[22];
    Arrays.fill(inputKey, (byte) 0x0b);
    byte[] expected =
        HEX.parseHex("8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d");

    assertThat(Sha256.hkdf(inputKey, null, new byte[0])).isEqualTo(expected);
    assertThat(Sha256.hkdf(inputKey, new byte[32], new byte[0])).isEqualTo(expected);
  }

  @Test
  void hmacMatchesRfc4231AndTakesItsMessageInParts() {
    byte[] key = "Jefe".getBytes(UTF_8);
    byte[] expected =
        HEX.parseHex("5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");

    assertThat(Sha256.hmac(key, "what do ya want for nothing?".getBytes(UTF_8)))
        .isEqualTo(expected);
    assertThat(Sha256.hmac(key, "what do ya ".getBytes(UTF_8), "want for nothing?".getBytes(UTF_8)))
        .isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({
    "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60,"
        + "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a,'',"
        + "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155"
        + "5fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
    "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb,"
        + "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c,72,"
        + "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
        + "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
    "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7,"
        + "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025,af82,"
        + "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac"
        + "18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a",
  })
  void signaturesMatchRfc8032(String secret, String publicKey, String message, String signature) {
    DeviceKeypair keypair = DeviceKeypair.fromSecretBytes(HEX.parseHex(secret));
    byte[] text = HEX.parseHex(message);

    assertThat(keypair.publicKey()).isEqualTo(HEX.parseHex(publicKey));
    assertThat(keypair.sign(text)).isEqualTo(HEX.parseHex(signature));
    assertThat(DeviceKeypair.verify(keypair.publicKey(), text, HEX.parseHex(signature))).isTrue();
  }

  @Test
  void secondSpellingOfASignatureIsRefused() {
    // S + L verifies in implementations that forget the range check of RFC 8032, section 5.1.7.
    BigInteger order =
        BigInteger.TWO.pow(252).add(new BigInteger("27742317777372353535851937790883648493"));
    DeviceKeypair keypair = DeviceKeypair.fromSecretBytes(new byte[32]);
    byte[] message = "milk".getBytes(UTF_8);
    byte[] signature = keypair.sign(message);
    byte[] bigEndian = reversed(Arrays.copyOfRange(signature, 32, 64));
    byte[] shifted = new BigInteger(1, bigEndian).add(order).toByteArray();
    byte[] forged = Arrays.copyOf(signature, 64);
    Arrays.fill(forged, 32, 64, (byte) 0);
    System.arraycopy(reversed(shifted), 0, forged, 32, Math.min(32, shifted.length));

    assertThat(DeviceKeypair.verify(keypair.publicKey(), message, signature)).isTrue();
    assertThat(DeviceKeypair.verify(keypair.publicKey(), message, forged)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "0100000000000000000000000000000000000000000000000000000000000000",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "0000000000000000000000000000000000000000000000000000000000000000",
        "0000000000000000000000000000000000000000000000000000000000000080",
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
      })
  void keysOfSmallOrderSignNothing(String publicKey) {
    // With such a key one signature (R = identity, S = 0) fits many messages.
    byte[] signature = new byte[64];
    signature[0] = 1;

    for (byte message = 0; message < 32; message++) {
      assertThat(DeviceKeypair.verify(HEX.parseHex(publicKey), new byte[] {message}, signature))
          .isFalse();
    }
  }

  @ParameterizedTest
  @CsvSource({"31, 64", "33, 64", "32, 63", "32, 65", "0, 0"})
  void wrongLengthsAreRefusedWithoutAnException(int keyBytes, int signatureBytes) {
    assertThat(DeviceKeypair.verify(new byte[keyBytes], new byte[0], new byte[signatureBytes]))
        .isFalse();
  }

  @Test
  void bytesThatAreNoPointOfTheCurveSignNothing() {
    byte[] key = new byte[32];
    for (int first = 0; first < 256; first++) {
      Arrays.fill(key, (byte) first);
      assertThat(DeviceKeypair.verify(key, new byte[1], new byte[64])).isFalse();
    }
  }

  private static byte[] reversed(byte[] bytes) {
    byte[] reversed = new byte[bytes.length];
    for (int i = 0; i < bytes.length; i++) {
      reversed[i] = bytes[bytes.length - 1 - i];
    }
    return reversed;
  }
}
