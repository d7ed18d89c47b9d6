package dev.peatmesh.crypto;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Arrays;
import javax.security.auth.Destroyable;
import org.bouncycastle.math.ec.rfc8032.Ed25519;

/**
 * An Ed25519 key pair (RFC 8032): what a device or an endpoint is. Thread-safe.
 *
 * <p>Arrays are copied on the way in and out. {@link #destroy} zeroes the secret; what needs it
 * afterwards throws {@link IllegalStateException}. Copies that the garbage collector or the
 * cryptographic library made on the way are beyond its reach. {@link #toString} names the device id
 * only; two pairs are equal only when they are the same object.
 */
public final class DeviceKeypair implements Destroyable {
  /** Bytes of a secret key, a public key and a derived seed. */
  public static final int KEY_BYTES = 32;

  /** Bytes of a signature. */
  public static final int SIGNATURE_BYTES = 64;

  /** The shortest seed from which a key is derived. */
  public static final int SEED_BYTES_MIN = 16;

  private final SecretBytes secret;
  private final byte[] publicKey;

  private DeviceKeypair(SecretBytes secret) {
    this.secret = secret;
    this.publicKey =
        secret.use(
            bytes -> {
              byte[] key = new byte[KEY_BYTES];
              Ed25519.generatePublicKey(bytes, 0, key, 0);
              return key;
            });
  }

  /** A random key, known to nobody else. */
  public static DeviceKeypair generate(SecureRandom random) {
    byte[] secret = new byte[KEY_BYTES];
    random.nextBytes(secret);
    return takeOver(secret);
  }

  /**
   * The key that belongs to a seed and a context: the same everywhere and for ever. Its secret is
   * HKDF-SHA256 (RFC 5869) without salt, with the seed as key and the context as info.
   *
   * @param seed at least {@value #SEED_BYTES_MIN} bytes, 32 random ones recommended; the decoded
   *     bytes, where a seed is written in base64
   * @param context what the key is for, 1 to 1024 bytes of UTF-8
   */
  public static DeviceKeypair fromSeed(byte[] seed, String context) {
    checkSeed("seed", seed);
    Names.checkContext(context);
    return takeOver(Sha256.hkdf(seed, null, context.getBytes(UTF_8)));
  }

  /** The key whose 32 secret bytes (the seed of RFC 8032) these are. */
  public static DeviceKeypair fromSecretBytes(byte[] secret) {
    Hex.checkLength("secret key", secret, KEY_BYTES);
    return takeOver(secret.clone());
  }

  /**
   * Reads a key that {@link #save} wrote.
   *
   * @throws IOException when the file cannot be read, is no such key, or other users of the machine
   *     may read or write it
   */
  public static DeviceKeypair load(Path file) throws IOException {
    return takeOver(KeyFile.read(file));
  }

  /** Whether the signature over the message was made with the secret of this public key. */
  public static boolean verify(byte[] publicKey, byte[] message, byte[] signature) {
    return publicKey.length == KEY_BYTES
        && signature.length == SIGNATURE_BYTES
        && Ed25519.verify(signature, 0, publicKey, 0, message, 0, message.length);
  }

  /** The 32 secret bytes. Whoever holds them is this device: zero the array after use. */
  public byte[] secretBytes() {
    return secret.use(byte[]::clone);
  }

  /** The 32 public bytes. */
  public byte[] publicKey() {
    return publicKey.clone();
  }

  /** The short name of the device that holds this key. */
  public DeviceId deviceId() {
    return DeviceId.of(publicKey);
  }

  /** The endpoint id under which a node with this key would be dialled. */
  public EndpointId endpointId() {
    return EndpointId.of(publicKey);
  }

  /** The 64-byte signature over the message. */
  public byte[] sign(byte[] message) {
    return secret.use(
        bytes -> {
          byte[] signature = new byte[SIGNATURE_BYTES];
          Ed25519.sign(bytes, 0, publicKey, 0, message, 0, message.length, signature, 0);
          return signature;
        });
  }

  /**
   * Writes the key to a new file that only its owner may read and write: PKCS#8 in PEM (RFC 8410),
   * as OpenSSL writes it. The file appears whole or not at all and is on disk when this returns. A
   * file that exists is never overwritten.
   *
   * <p>Where the file system knows no POSIX permissions (Windows), the file takes over the rights
   * of its directory: choose one that only the account of the service may read.
   *
   * @throws IOException when the file exists, cannot be written or cannot be kept from others
   */
  public void save(Path file) throws IOException {
    byte[] bytes = secretBytes();
    try {
      KeyFile.write(file, bytes);
    } finally {
      Arrays.fill(bytes, (byte) 0);
    }
  }

  /** Zeroes the secret. Idempotent. The public key stays readable. */
  @Override
  public void destroy() {
    secret.destroy();
  }

  @Override
  public boolean isDestroyed() {
    return secret.isDestroyed();
  }

  @Override
  public String toString() {
    return "DeviceKeypair[deviceId=" + deviceId() + "]";
  }

  /** Refuses what can be guessed: everything derived from a short seed can be tried out offline. */
  static void checkSeed(String what, byte[] seed) {
    if (seed.length < SEED_BYTES_MIN) {
      throw new IllegalArgumentException(
          ("%s(%d bytes): is %s; whoever guesses it holds every key derived from it, so %d bytes"
                  + " are the least and 32 random bytes are right. Make one:"
                  + " openssl rand -base64 32")
              .formatted(
                  what, seed.length, seed.length == 0 ? "empty" : "too short", SEED_BYTES_MIN));
    }
  }

  private static DeviceKeypair takeOver(byte[] secret) {
    return new DeviceKeypair(SecretBytes.takeOver("secret key", secret));
  }
}
