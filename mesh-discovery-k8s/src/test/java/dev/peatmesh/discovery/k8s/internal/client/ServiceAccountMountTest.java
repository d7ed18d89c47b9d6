package dev.peatmesh.discovery.k8s.internal.client;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.peatmesh.discovery.k8s.internal.Account;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ServiceAccountMountTest {
  @TempDir private Path folder;

  @Test
  void accountIsTheSubjectOfTheToken() throws IOException {
    write("token", token("{\"sub\":\"system:serviceaccount:peat:mesh\",\"aud\":[\"x\"]}"));
    assertThat(mount().account()).contains(new Account.ServiceAccount("peat", "mesh"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "opaque", "a.b.c", "a.!!!.c", "..", "a.e30.c", "a.bnVsbA.c", "a.WzFd.c"})
  void tokenWithoutASubjectTellsNoAccount(String token) throws IOException {
    write("token", token);
    assertThat(mount().account()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"{\"sub\":7}", "{\"sub\":{}}", "{\"sub\":null}", "{\"sub\":\"a b\"}"})
  void strangeSubjectTellsNoAccount(String claims) throws IOException {
    write("token", token(claims));
    assertThat(mount().account().filter(Account.ServiceAccount.class::isInstance)).isEmpty();
  }

  @Test
  void namespaceIsThatOfTheFile() throws IOException {
    assertThat(mount().namespace()).isEmpty();
    write("namespace", "peat\n");
    assertThat(mount().namespace()).contains("peat");
    write("namespace", "\n");
    assertThat(mount().namespace()).isEmpty();
  }

  @Test
  void hugeFileIsNotTaken() throws IOException {
    write("token", token("{\"sub\":\"system:serviceaccount:peat:" + "a".repeat(2 << 20) + "\"}"));
    assertThat(mount().account()).isEmpty();
  }

  @Test
  void emptyFolderHasNoToken() {
    assertThat(mount().hasToken()).isFalse();
    assertThat(mount().account()).isEmpty();
  }

  private ServiceAccountMount mount() {
    return new ServiceAccountMount(folder);
  }

  private void write(String name, String text) throws IOException {
    Files.writeString(folder.resolve(name), text);
  }

  private static String token(String claims) {
    Base64.Encoder base64 = Base64.getUrlEncoder().withoutPadding();
    return "e30." + base64.encodeToString(claims.getBytes(UTF_8)) + ".c2ln";
  }
}
