package dev.peatmesh.crypto;

import java.util.LinkedHashMap;
import java.util.Map;
import javax.security.auth.Destroyable;

/**
 * A group of nodes that share a secret and admit nobody else. Thread-safe.
 *
 * <p>Whoever holds the secret can compute the private keys of every node: guard it as the key of
 * all of them. It is copied on the way in and never given out; {@link #destroy} zeroes it, and what
 * needs it afterwards throws {@link IllegalStateException}. Nothing is cached: each identity is
 * derived anew.
 */
public final class Formation implements Destroyable {
  /** The shortest secret that is accepted. */
  public static final int SECRET_BYTES_MIN = DeviceKeypair.SEED_BYTES_MIN;

  /** From here on a random secret cannot be found by trying. */
  public static final int SECRET_BYTES_RECOMMENDED = 32;

  /** The longest secret that is accepted. */
  public static final int SECRET_BYTES_MAX = 65_536;

  /** The most derived keys remembered: each costs a scalar multiplication, some 50 us. */
  private static final int DERIVED_MAX = 4_096;

  private final String id;
  private final SecretBytes secret;
  private final FormationKey key;
  private final boolean weak;

  /** Public keys by context, the one asked for longest ago first. */
  private final Map<String, byte[]> derived = new LinkedHashMap<>(16, 0.75f, true);

  private Formation(String id, byte[] secret) {
    this.id = id;
    this.secret = SecretBytes.copyOf("formation secret", secret);
    this.key = FormationKey.derive(id, secret);
    this.weak = secret.length < SECRET_BYTES_RECOMMENDED;
  }

  /**
   * The formation with this id and secret.
   *
   * @param formationId 1 to 255 bytes of UTF-8 without control characters
   * @param secret {@value #SECRET_BYTES_MIN} to {@value #SECRET_BYTES_MAX} bytes, the decoded ones
   *     where the secret is written in base64
   */
  public static Formation of(String formationId, byte[] secret) {
    checkId(formationId);
    checkSecret(secret);
    return new Formation(formationId, secret);
  }

  /** Refuses what cannot be a formation id and says why; returns what can. */
  public static String checkId(String formationId) {
    return Names.checkFormationId(formationId);
  }

  /** The name of the formation. Public. */
  public String id() {
    return id;
  }

  /**
   * Whether the secret is shorter than {@value #SECRET_BYTES_RECOMMENDED} bytes: worth a warning.
   */
  public boolean isWeak() {
    return weak;
  }

  /** The keys of the node with this name. Whoever asks destroys them. */
  public NodeIdentity identity(String nodeName) {
    NodeIdentity.checkName(nodeName);
    return secret.use(
        bytes ->
            new NodeIdentity(
                nodeName,
                DeviceKeypair.fromSeed(bytes, nodeName),
                DeviceKeypair.fromSeed(bytes, Names.ENDPOINT_PREFIX + nodeName)));
  }

  /** The endpoint id of the node with this name. */
  public EndpointId endpointId(String nodeName) {
    NodeIdentity.checkName(nodeName);
    return EndpointId.of(derivedPublicKey(Names.ENDPOINT_PREFIX + nodeName));
  }

  /** The 32-byte public device key of the node with this name. */
  public byte[] devicePublicKey(String nodeName) {
    NodeIdentity.checkName(nodeName);
    return derivedPublicKey(nodeName);
  }

  /** The key that proves membership. It lives and ends with this formation. */
  public FormationKey key() {
    return key;
  }

  /** Zeroes the secret and the formation key. Idempotent. */
  @Override
  public void destroy() {
    secret.destroy();
    key.destroy();
  }

  @Override
  public boolean isDestroyed() {
    return secret.isDestroyed();
  }

  @Override
  public String toString() {
    return "Formation[id=" + id + "]";
  }

  static void checkSecret(byte[] secret) {
    DeviceKeypair.checkSeed("formation secret", secret);
    if (secret.length > SECRET_BYTES_MAX) {
      throw new IllegalArgumentException(
          "formation secret(%d bytes): is too long; %d bytes are the most. Is it the right file?"
              .formatted(secret.length, SECRET_BYTES_MAX));
    }
  }

  private byte[] derivedPublicKey(String context) {
    synchronized (derived) {
      byte[] known = derived.get(context);
      if (known != null && !isDestroyed()) {
        return known.clone();
      }
    }
    byte[] derivedNow = derive(context);
    synchronized (derived) {
      derived.put(context, derivedNow.clone());
      if (derived.size() > DERIVED_MAX) {
        derived.remove(derived.keySet().iterator().next());
      }
    }
    return derivedNow;
  }

  private byte[] derive(String context) {
    DeviceKeypair keypair = secret.use(bytes -> DeviceKeypair.fromSeed(bytes, context));
    try {
      return keypair.publicKey();
    } finally {
      keypair.destroy();
    }
  }
}
