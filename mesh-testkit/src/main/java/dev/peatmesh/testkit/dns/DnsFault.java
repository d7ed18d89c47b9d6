package dev.peatmesh.testkit.dns;

/** What a {@link TestDnsServer} does instead of answering. */
public enum DnsFault {
  /** Says that it failed (RFC 1035, RCODE 2). */
  SERVFAIL,
  /** Says that it does not serve this name to this client (RCODE 5). */
  REFUSED,
  /** Says that the name does not exist (RCODE 3), with the zone's SOA. */
  NXDOMAIN,
  /** Says that the name does not exist, but neither as the zone's authority nor with its SOA. */
  UNPROVEN_NXDOMAIN,
  /** Says nothing. Over TCP it closes the connection. */
  DROP,
  /** Answers over UDP with nothing but the mark that the answer is cut; over TCP in full. */
  TRUNCATE,
  /** Answers in full, under another id. */
  WRONG_ID,
  /** Answers in full, to another question. */
  WRONG_QUESTION,
  /** Sends bytes that are no DNS message, behind the right id. */
  GARBAGE,
  /** Sends a name that points to itself (RFC 1035, section 4.1.4). */
  COMPRESSION_LOOP,
  /** Gives every record the longest time to live there is, 68 years (RFC 2181, section 8). */
  HUGE_TTL,
  /** Sends an alias of the name that leads back to itself. */
  ALIAS_LOOP,
  /** Says that more than 60,000 records follow, and ends. */
  LYING_COUNTS
}
