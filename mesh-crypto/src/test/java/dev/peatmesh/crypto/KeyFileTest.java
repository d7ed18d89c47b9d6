package dev.peatmesh.crypto;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class KeyFileTest {
  /** The example of RFC 8410, section 10.3. */
  private static final String RFC_8410 =
      """
      -----BEGIN PRIVATE KEY-----
      MC4CAQAwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC
      -----END PRIVATE KEY-----
      """;

  private static final String RFC_8410_PUBLIC =
      "MCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=";

  private final DeviceKeypair key = DeviceKeypair.generate(new SecureRandom());

  @TempDir Path directory;

  @Test
  void savedKeyIsLoadedAgain() throws IOException {
    Path file = directory.resolve("device.key");
    key.save(file);

    assertThat(DeviceKeypair.load(file).secretBytes()).isEqualTo(key.secretBytes());
  }

  @Test
  void fileIsItsOwnersAloneAndNothingElseIsLeftBehind() throws IOException {
    assumePosix();
    key.save(directory.resolve("device.key"));

    assertThat(permissions("device.key")).isEqualTo("rw-------");
    assertThat(names()).containsExactly("device.key");
  }

  @Test
  void fileIsWhatOpenSslReadsAndWrites() throws IOException {
    Path file = ownersOnly("rfc8410.key", RFC_8410);
    DeviceKeypair loaded = DeviceKeypair.load(file);
    byte[] spki = Base64.getDecoder().decode(RFC_8410_PUBLIC);

    assertThat(loaded.publicKey()).isEqualTo(Arrays.copyOfRange(spki, 12, 44));
    loaded.save(directory.resolve("again.key"));
    assertThat(directory.resolve("again.key")).hasContent(RFC_8410);
  }

  @Test
  void existingFileIsNeverOverwritten() throws IOException {
    Path file = directory.resolve("device.key");
    key.save(file);

    assertThatThrownBy(() -> DeviceKeypair.generate(new SecureRandom()).save(file))
        .isInstanceOf(IOException.class)
        .hasMessage(
            "key file("
                + file
                + "): exists already, and a key that is overwritten is lost. Load it, or move it"
                + " away.");
    assertThat(DeviceKeypair.load(file).publicKey()).isEqualTo(key.publicKey());
  }

  @ParameterizedTest
  @ValueSource(strings = {"rw-r-----", "rw----r--", "rw--w----", "rwxrwxrwx"})
  void fileThatOthersMayUseIsRefusedWithTheRemedy(String permissions) throws IOException {
    assumePosix();
    Path file = directory.resolve("device.key");
    key.save(file);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));

    assertThatThrownBy(() -> DeviceKeypair.load(file))
        .isInstanceOf(IOException.class)
        .hasMessage(
            "key file(%s): may be used by others (%s), and a secret key is its owner's alone. Run:"
                    .formatted(file, permissions)
                + " chmod 600 "
                + file
                + "; if somebody may have read it, make a new key.");
  }

  @Test
  void readOnlyKeyIsLoaded() throws IOException {
    assumePosix();
    Path file = directory.resolve("device.key");
    key.save(file);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("r--------"));

    assertThat(DeviceKeypair.load(file).publicKey()).isEqualTo(key.publicKey());
  }

  static Stream<String> notKeys() {
    return Stream.of(
        "",
        "x",
        RFC_8410.substring(0, RFC_8410.length() - 1),
        RFC_8410 + "\n",
        RFC_8410.replace("\n", "\r\n"),
        RFC_8410.replace("PRIVATE", "private"),
        RFC_8410.replace("END", "End"),
        // Not base64, then base64 of another algorithm (X25519).
        RFC_8410.replace("MC4CAQ", "MC4C!Q"),
        RFC_8410.replace("K2Vw", "K2Vu"),
        RFC_8410.replace("VhC\n", "V==\n"),
        "z".repeat(119),
        "z".repeat(1 << 20));
  }

  @ParameterizedTest
  @MethodSource("notKeys")
  void whatIsNoKeyIsRefusedWithoutShowingIt(String content) throws IOException {
    Path file = ownersOnly("device.key", content);

    assertThatThrownBy(() -> DeviceKeypair.load(file))
        .isInstanceOf(IOException.class)
        .hasNoCause()
        .hasMessage(
            "key file("
                + file
                + "): is not an Ed25519 key as PeatMesh saves it (PKCS#8 in PEM, 119 bytes)."
                + " Restore it from a backup, or move it away and make a new key.");
  }

  @Test
  void missingFileIsSaidToBeMissing() {
    Path file = directory.resolve("none.key");

    assertThatThrownBy(() -> DeviceKeypair.load(file))
        .isInstanceOf(IOException.class)
        .hasMessage(
            "key file(" + file + "): does not exist. Check the path, or save a key there first.");
  }

  @Test
  void directoryIsNoKey() throws IOException {
    Path file = Files.createDirectory(directory.resolve("sub"));
    if (isPosix()) {
      Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
    }

    assertThatThrownBy(() -> DeviceKeypair.load(file))
        .hasMessage("key file(" + file + "): is not a regular file. Check the path.");
  }

  @Test
  void missingDirectoryIsSaidToBeMissing() {
    Path file = directory.resolve("none").resolve("device.key");

    assertThatThrownBy(() -> key.save(file))
        .isInstanceOf(IOException.class)
        .hasMessage("key file(" + file + "): its directory does not exist. Create it first.");
  }

  @Test
  void failedSaveLeavesNothingBehind() throws IOException {
    // A name longer than any file system takes: the draft is written, the move fails.
    Path file = directory.resolve("k".repeat(300));

    assertThatThrownBy(() -> key.save(file))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("cannot be written:")
        .hasMessageContaining("Check directory and disk.");
    assertThat(names()).isEmpty();
  }

  @Test
  void destroyedKeyIsNotSaved() throws IOException {
    key.destroy();

    assertThatThrownBy(() -> key.save(directory.resolve("device.key")))
        .isInstanceOf(IllegalStateException.class);
    assertThat(names()).isEmpty();
  }

  private Path ownersOnly(String name, String content) throws IOException {
    Path file = Files.createFile(directory.resolve(name));
    if (isPosix()) {
      Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    }
    return Files.write(file, content.getBytes(US_ASCII));
  }

  private String permissions(String name) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(directory.resolve(name)));
  }

  private List<String> names() throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.map(file -> file.getFileName().toString()).toList();
    }
  }

  private void assumePosix() {
    assumeTrue(isPosix(), "this file system knows no POSIX permissions");
  }

  private boolean isPosix() {
    return directory.getFileSystem().supportedFileAttributeViews().contains("posix");
  }
}
