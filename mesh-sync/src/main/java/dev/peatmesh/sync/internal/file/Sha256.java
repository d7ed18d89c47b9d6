package dev.peatmesh.sync.internal.file;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** The digest that names changes and guards chunks. */
final class Sha256 {
  private Sha256() {}

  static byte[] of(byte[] bytes, int from, int end) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update(bytes, from, end - from);
      return digest.digest();
    } catch (NoSuchAlgorithmException impossible) {
      throw new AssertionError("every Java platform has SHA-256", impossible);
    }
  }
}
