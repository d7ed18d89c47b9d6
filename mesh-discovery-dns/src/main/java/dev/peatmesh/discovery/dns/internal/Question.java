package dev.peatmesh.discovery.dns.internal;

/**
 * One thing to ask of the DNS.
 *
 * @param kind what is asked for
 * @param name of what; the search list is tried unless it ends in a dot
 */
public record Question(Kind kind, String name) {
  /** What can be asked for. */
  public enum Kind {
    /** SRV records, with the addresses of their targets where the server adds them. */
    SERVICE,
    /** A and AAAA records. */
    ADDRESS
  }

  static Question service(String name) {
    return new Question(Kind.SERVICE, name);
  }

  static Question address(String name) {
    return new Question(Kind.ADDRESS, name);
  }
}
