package dev.peatmesh.crypto;

import org.bouncycastle.crypto.digests.SHA256Digest;
import org.bouncycastle.crypto.generators.HKDFBytesGenerator;
import org.bouncycastle.crypto.macs.HMac;
import org.bouncycastle.crypto.params.HKDFParameters;
import org.bouncycastle.crypto.params.KeyParameter;
import org.jspecify.annotations.Nullable;

/** SHA-256 and what is built on it: HMAC (RFC 2104) and HKDF (RFC 5869). */
final class Sha256 {
  static final int BYTES = 32;

  private Sha256() {}

  static byte[] digest(byte[] message) {
    SHA256Digest digest = new SHA256Digest();
    digest.update(message, 0, message.length);
    byte[] hash = new byte[BYTES];
    digest.doFinal(hash, 0);
    return hash;
  }

  /** HMAC-SHA256 over the parts, one after the other. */
  static byte[] hmac(byte[] key, byte[]... parts) {
    HMac hmac = new HMac(new SHA256Digest());
    hmac.init(new KeyParameter(key));
    for (byte[] part : parts) {
      hmac.update(part, 0, part.length);
    }
    byte[] mac = new byte[BYTES];
    hmac.doFinal(mac, 0);
    return mac;
  }

  /** HKDF-SHA256, 32 bytes of output. No salt means 32 zero bytes (RFC 5869, section 2.2). */
  static byte[] hkdf(byte[] inputKey, byte @Nullable [] salt, byte[] info) {
    HKDFBytesGenerator hkdf = new HKDFBytesGenerator(new SHA256Digest());
    hkdf.init(new HKDFParameters(inputKey, salt, info));
    byte[] output = new byte[BYTES];
    hkdf.generateBytes(output, 0, output.length);
    return output;
  }
}
