package dev.peatmesh.e2e.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.peatmesh.discovery.DiscoveryStatus;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * What becomes of discovery when its token does not do any more. They run side by side: the API
 * server remembers for ten seconds that a token was good, and so each of them mostly waits.
 */
@Execution(ExecutionMode.CONCURRENT)
abstract class CredentialTests extends NamespaceTests {
  private static final Duration SHORT = Duration.ofSeconds(5);

  @Test
  void goesOnWithTheTokenThatTheKubeletPutsInPlaceOfTheOld() {
    namespace().allow();
    TokenMount mount = namespace().mount();
    String old = endingToken();
    mount.write(old);
    try (Observer observer = Observer.start(namespace(), mount, Observer.settings())) {
      namespace().pod("one", "10.244.1.1");
      observer.awaitPeers("one");
      observer.awaitOk();

      mount.write(namespace().token());
      Api withOld = cluster().api(old);
      Await.until(
          "refusal of the old token",
          () -> {
            assertThat(observer.status()).isInstanceOf(DiscoveryStatus.Ok.class);
            return isRefused(withOld);
          });

      namespace().pod("two", "10.244.1.2");
      observer.awaitPeers("one", "two");
      assertThat(observer.status()).isInstanceOf(DiscoveryStatus.Ok.class);
    }
  }

  @Test
  void saysThatItsTokenHasEndedAndHealsWithAnother() {
    namespace().allow();
    TokenMount mount = namespace().mount();
    mount.write(endingToken());
    try (Observer observer = Observer.start(namespace(), mount, Observer.settings())) {
      namespace().pod("one", "10.244.1.1");
      observer.awaitPeers("one");

      assertThat(observer.awaitDegraded("401").remedy()).contains("token");
      assertThat(observer.peers()).containsOnlyKeys("one");
      assertThat(observer.status().toString()).doesNotContain("eyJ");

      namespace().pod("two", "10.244.1.2");
      mount.write(namespace().token());
      observer.awaitPeers("one", "two");
      observer.awaitOk();
      assertThat(observer.context().events("one")).hasSize(1);
    }
  }

  @Test
  void saysThatItsServiceAccountIsGoneAndHealsWhenItIsBack() {
    namespace().allow();
    try (Observer observer = namespace().observe()) {
      namespace().pod("one", "10.244.1.1");
      observer.awaitPeers("one");

      namespace().deleteAccount();
      assertThat(observer.awaitDegraded("401").remedy()).contains("service account");
      assertThat(observer.peers()).containsOnlyKeys("one");

      namespace().createAccount();
      observer.mount().write(namespace().token());
      namespace().pod("two", "10.244.1.2");
      observer.awaitPeers("one", "two");
      observer.awaitOk();
      assertThat(observer.context().events("one")).hasSize(1);
    }
  }

  /** Soon too old: the API grants none so short, so it is made with the API's own key. */
  private String endingToken() {
    assumeTrue(
        cluster().own().isPresent(), "KUBECONFIG names the cluster: its signing key is not ours");
    return cluster()
        .own()
        .orElseThrow()
        .signingKey()
        .ending(namespace().token(), Instant.now().plus(SHORT));
  }

  private boolean isRefused(Api api) {
    try {
      api.list(namespace().slicesPath());
      return false;
    } catch (Api.Refused refused) {
      return refused.code == 401;
    }
  }
}
