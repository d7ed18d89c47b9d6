package dev.peatmesh.sync.internal.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.peatmesh.sync.DocumentKey;
import dev.peatmesh.sync.Trials;
import dev.peatmesh.sync.internal.guard.ChangeHash;
import java.math.BigInteger;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class FingerprintTest {
  private static final BigInteger MODULUS = BigInteger.ONE.shiftLeft(128);
  private static final DocumentKey KEY = new DocumentKey("tracks", "a");

  @Test
  void addsAndSubtractsModulo2To128() {
    Trials.run(
        1_000,
        random -> {
          Fingerprint one = draw(random);
          Fingerprint other = draw(random);
          assertThat(number(one.plus(other)))
              .isEqualTo(number(one).add(number(other)).mod(MODULUS));
          assertThat(number(one.minus(other)))
              .isEqualTo(number(one).subtract(number(other)).mod(MODULUS));
        });
  }

  @Test
  void namesAndHeadsAndTheirBoundsMatter() {
    ChangeHash head = new ChangeHash(1, 2, 3, 4);
    Fingerprint fingerprint = Fingerprint.of(KEY, List.of(head));

    assertThat(Fingerprint.of(new DocumentKey("tracksa", "a"), List.of(head)))
        .isNotEqualTo(Fingerprint.of(new DocumentKey("tracks", "aa"), List.of(head)));
    assertThat(Fingerprint.of(KEY, List.of(new ChangeHash(1, 2, 3, 5)))).isNotEqualTo(fingerprint);
    assertThat(Fingerprint.of(KEY, List.of())).isEqualTo(Fingerprint.EMPTY);
  }

  @Test
  void tagsOfNearFingerprintsDifferUnderAnySalt() {
    Trials.run(
        200,
        random -> {
          Salt salt = new Salt(random.nextLong());
          Fingerprint one = draw(random);
          for (int bit = 0; bit < Long.SIZE; bit++) {
            Fingerprint near = new Fingerprint(one.high(), one.low() ^ 1L << bit);
            Fingerprint far = new Fingerprint(one.high() ^ 1L << bit, one.low());
            assertThat(salt.tag(one)).isNotIn(salt.tag(near), salt.tag(far));
          }
        });
  }

  @Test
  void tagsThatAreEqualUnderOneSaltAreNotUnderTheNext() {
    Random random = new Random(4);
    Salt salt = new Salt(1);
    Salt next = new Salt(2);
    Fingerprint one = draw(random);
    Fingerprint twin = draw(random);
    // A whole tag takes 2^32 attempts; the first 20 bits of it show the same.
    while (salt.tag(twin) >>> 12 != salt.tag(one) >>> 12) {
      twin = draw(random);
    }
    assertThat(next.tag(twin) >>> 12).isNotEqualTo(next.tag(one) >>> 12);
  }

  private static Fingerprint draw(Random random) {
    long edge = random.nextInt(4) == 0 ? -1 : random.nextLong();
    return new Fingerprint(random.nextLong(), edge);
  }

  private static BigInteger number(Fingerprint fingerprint) {
    return unsigned(fingerprint.high()).shiftLeft(64).add(unsigned(fingerprint.low()));
  }

  private static BigInteger unsigned(long value) {
    return new BigInteger(Long.toUnsignedString(value));
  }
}
