package dev.peatmesh.discovery.mdns.internal.wire;

import java.util.List;

/**
 * A multicast DNS message, as far as DNS-SD needs it (RFC 6762, section 18). Immutable.
 *
 * @param isResponse whether it answers; else it asks
 * @param questions what it asks
 * @param records answers, authorities and additional records; in a question the known answers and
 *     what a probe wants to call its own
 */
public record DnsMessage(boolean isResponse, List<Question> questions, List<DnsRecord> records) {
  /** The longest message (RFC 6762, section 17). */
  public static final int BYTES_MAX = 9000;

  public DnsMessage {
    questions = List.copyOf(questions);
    records = List.copyOf(records);
  }

  /**
   * One question: a name and a record type number.
   *
   * @param byUnicast whether the answer is asked for alone: others do not hear it (RFC 6762,
   *     section 5.4)
   */
  public record Question(DnsName name, int type, boolean byUnicast) {
    /** A question that is answered to everyone. */
    public Question(DnsName name, int type) {
      this(name, type, false);
    }
  }
}
