package dev.peatmesh.e2e.kubernetes;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;

/** The key with which the API server signs the tokens of service accounts. */
final class SigningKey {
  /** The API server takes a token for so long after its end, for clocks differ. */
  static final Duration LEEWAY = Duration.ofMinutes(1);

  private static final Base64.Encoder PLAIN = Base64.getUrlEncoder().withoutPadding();

  private final KeyPair pair;
  private final Path file;

  private SigningKey(KeyPair pair, Path file) {
    this.pair = pair;
    this.file = file;
  }

  /** A new one, in a file in that folder. */
  static SigningKey generate(Path folder) throws GeneralSecurityException, IOException {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
    generator.initialize(2048);
    KeyPair pair = generator.generateKeyPair();
    Path file = folder.resolve("service-account.key");
    String base64 = Base64.getMimeEncoder().encodeToString(pair.getPrivate().getEncoded());
    Files.writeString(
        file, "-----BEGIN PRIVATE KEY-----\n" + base64 + "\n-----END PRIVATE KEY-----\n");
    return new SigningKey(pair, file);
  }

  Path file() {
    return file;
  }

  /**
   * The same token, but refused after that time, leeway included. The API grants no token of less
   * than ten minutes, and a test cannot wait for those; but it can make one that is nearly so old.
   */
  String ending(String token, Instant end) {
    String[] parts = token.split("\\.", -1);
    String claims = new String(Base64.getUrlDecoder().decode(parts[1]), UTF_8);
    JsonObject changed = JsonParser.parseString(claims).getAsJsonObject();
    long ends = end.minus(LEEWAY).getEpochSecond();
    for (String begin : new String[] {"iat", "nbf"}) {
      changed.addProperty(begin, ends - Duration.ofMinutes(10).toSeconds());
    }
    changed.addProperty("exp", ends);
    String signed = parts[0] + "." + PLAIN.encodeToString(changed.toString().getBytes(UTF_8));
    try {
      Signature signature = Signature.getInstance("SHA256withRSA");
      signature.initSign(pair.getPrivate());
      signature.update(signed.getBytes(UTF_8));
      return signed + "." + PLAIN.encodeToString(signature.sign());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }
}
