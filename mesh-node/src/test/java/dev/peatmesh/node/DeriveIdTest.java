package dev.peatmesh.node;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DeriveIdTest {
  private static final String SECRET = "formation-shared-secret-from-k8s-secret";

  @TempDir private Path folder;

  @ParameterizedTest(name = "{0} / {1}")
  @CsvSource({
    "formation-shared-secret-from-k8s-secret, peat-mesh-0, dd8bee9a97c7384d26559b05dd8bb87e,"
        + "4d28a621fd5e29f728db5bd0a30b04d60c2cbcd9168c45a14afdfd652740dbb9,"
        + "20271fde2532cfd154b8e3b795113ad17f0b7bdbb024aed2309bbe53f0d290ba",
    "formation-shared-secret-from-k8s-secret, peat-mesh-1, 099efd5c63bcf71a65e8bdf247430ead,"
        + "d238be4a27ce0fc1166ba772b81c23ec89cc00a47bbfd68bfa922c4a8661bf9d,"
        + "d420cdef0ae6fec6762a4dac5b678b761a301df01ce720f0d724fdf95e69e571",
    "test-formation-secret-32-bytes!!, peat-node-0, 586ea0caf9f1de038970ca290b08c6f3,"
        + "d24186134ccd8318976b9f1afb7b2b4c109a06e408f4e3ceca8c74c698d7896c,"
        + "6e6e845b87e58b8c4212f54e2c6c2c16e8c4d6c550ca35d2f958de2ad1e69065",
  })
  void printsTheIdsThatOtherImplementationsDerive(
      String secret, String name, String deviceId, String publicKey, String endpointId)
      throws IOException {
    String expected =
        ("{\"name\":\"%s\",\"device_id\":\"%s\",\"device_public_key\":\"%s\","
                + "\"endpoint_id\":\"%s\"}")
            .formatted(name, deviceId, publicKey, endpointId);

    Program.Run run =
        Program.run(
            "derive-id", "--secret-file", base64(secret).toString(), "--name", name, "--json");

    assertThat(run.exitCode()).isZero();
    assertThat(run.out()).isEqualTo(expected + System.lineSeparator());
    assertThat(run.err()).isEmpty();
  }

  @Test
  void printsTextWithoutJson() throws IOException {
    Program.Run run =
        Program.run("derive-id", "--secret-file", base64(SECRET).toString(), "--name", "a");

    assertThat(run.exitCode()).isZero();
    assertThat(run.out().lines().map(line -> line.split(" +")[0]))
        .containsExactly("name", "device_id", "device_public_key", "endpoint_id");
  }

  @ParameterizedTest
  @ValueSource(strings = {"\n%s\r\n", "  %s\t\n", "%s"})
  void whiteSpaceAroundTheSecretDoesNotMatter(String frame) throws IOException {
    String encoded = Base64.getEncoder().encodeToString(SECRET.getBytes(US_ASCII));

    Program.Run run = deriveFrom(frame.formatted(encoded));

    assertThat(run.out()).contains("dd8bee9a97c7384d26559b05dd8bb87e");
  }

  @Test
  void lineBreaksInALongSecretDoNotMatter() throws IOException {
    String wrapped = Base64.getMimeEncoder().encodeToString(SECRET.repeat(3).getBytes(US_ASCII));
    String straight = Base64.getEncoder().encodeToString(SECRET.repeat(3).getBytes(US_ASCII));

    assertThat(wrapped).contains("\r\n");
    assertThat(deriveFrom(wrapped).out()).isEqualTo(deriveFrom(straight).out()).isNotEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "'', 'is empty. Make one: openssl rand -base64 32'",
    "'  ', 'is empty. Make one: openssl rand -base64 32'",
    "'Zm9ybWF0aW9uLXNoYXJlZC1zZWNyZXQ', 'is not base64: it has 31 characters, which is no"
        + " multiple of 4. Is a part of it, or the = at its end, missing?'",
    "'Zm9ybWF0aW9u LXNoYXJlZC1zZWNyZXQ', 'is not base64. Allowed are A-Z a-z 0-9 + / and = at"
        + " the end.'",
    "'c2hvcnQ=', 'is too short: 5 bytes once decoded; 16 are the least, 32 random ones are right."
        + " Make one: openssl rand -base64 32'",
  })
  void refusesWhatIsNoSecretAndNeverQuotesIt(String text, String problem) throws IOException {
    Path file = folder.resolve("secret");

    Program.Run run = deriveFrom(text);

    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.out()).isEmpty();
    assertThat(run.err())
        .startsWith("peat-mesh-node: --secret-file(" + file + "): " + problem)
        .doesNotContain("Exception");
    if (!text.isBlank()) {
      assertThat(run.err()).doesNotContain(text);
    }
  }

  @Test
  void refusesAFileThatIsNotThere() {
    Program.Run run = Program.run("derive-id", "--secret-file", "nowhere/s", "--name", "a");

    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).contains("--secret-file(nowhere/s): there is no such file.");
  }

  @Test
  void refusesADirectoryAsSecret() {
    Program.Run run = Program.run("derive-id", "--secret-file", folder.toString(), "--name", "a");

    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).contains("cannot be read");
  }

  @Test
  void refusesASecretBeyondTheLimit() throws IOException {
    Program.Run run = deriveFrom("A".repeat(200_000));

    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).contains("is too long; 131072 characters are the most");
  }

  @ParameterizedTest
  @ValueSource(strings = {"iroh:a", "", "peat-ota-signing-v1", "a@b"})
  void refusesNamesThatCannotBe(String name) throws IOException {
    Program.Run run =
        Program.run("derive-id", "--secret-file", base64(SECRET).toString(), "--name", name);

    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).contains("node name(\"" + name + "\")");
  }

  @Test
  void asksForWhatIsMissing() {
    Program.Run run = Program.run("derive-id");

    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).contains("--secret-file").contains("--name");
  }

  private Program.Run deriveFrom(String text) throws IOException {
    Path file = Files.writeString(folder.resolve("secret"), text);
    return Program.run(
        "derive-id", "--secret-file", file.toString(), "--name", "peat-mesh-0", "--json");
  }

  private Path base64(String secret) throws IOException {
    return Files.writeString(
        folder.resolve("encoded"),
        Base64.getEncoder().encodeToString(secret.getBytes(US_ASCII)) + "\n");
  }
}
