package dev.peatmesh.crypto;

/** The part a node plays in a formation proof. A proof made in one role is void in the other. */
public enum Role {
  /** It opened the connection. */
  DIALER("dialer"),
  /** It accepted the connection. */
  ACCEPTOR("acceptor");

  private final String label;

  Role(String label) {
    this.label = label;
  }

  /** What stands for the role in a transcript. Never changes. */
  String label() {
    return label;
  }
}
