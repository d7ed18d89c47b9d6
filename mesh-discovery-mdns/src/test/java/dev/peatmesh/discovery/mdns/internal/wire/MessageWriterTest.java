package dev.peatmesh.discovery.mdns.internal.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class MessageWriterTest {
  private static final DnsName SERVICE = DnsName.of("_peat", "_udp", "local");

  @Test
  void writesQuestionsThatTheReaderReads() throws Exception {
    List<DnsMessage.Question> questions =
        List.of(
            new DnsMessage.Question(SERVICE, RecordType.PTR),
            new DnsMessage.Question(SERVICE.child("küche 2"), RecordType.SRV));

    byte[] bytes = MessageWriter.query(questions);

    assertThat(MessageReader.read(bytes, bytes.length))
        .isEqualTo(new DnsMessage(false, questions, List.of()));
  }

  @Test
  void refusesTextsThatDnsCannotCarry() {
    assertThatThrownBy(() -> MessageWriter.text(List.of("x".repeat(256))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("text(256 bytes): has at most 255.");
    assertThat(MessageWriter.text(List.of("x".repeat(255)))).hasSize(256);
  }

  @Test
  void shortensTheLifeOfEveryRecordButGoodbyesAndShortOnes() throws Exception {
    DnsName host = DnsName.of("peat-1", "local");
    byte[] bytes =
        MessageBytes.response()
            .ptr(SERVICE, 3600, SERVICE.child("a"))
            .address(host, 120, "10.0.0.7")
            .address(host, 0, "10.0.0.8")
            .txt(SERVICE.child("a"), 0x7FFFFFFFL, "x=1")
            .bytes();

    DnsMessage shortened = MessageReader.read(TimeToLive.shorten(bytes), bytes.length);

    assertThat(shortened.records())
        .extracting(DnsRecord::ttlSeconds)
        .containsExactly(120L, 120L, 0L, 120L);
  }

  @Test
  void leavesTheFlagsOfTheOptRecordAlone() {
    byte[] bytes =
        MessageBytes.query()
            .question(SERVICE, RecordType.PTR)
            .record(new DnsName(List.of()), RecordType.OPT, 1440, 0x1194L << 16, new byte[0])
            .bytes();

    assertThat(TimeToLive.shorten(bytes.clone())).isEqualTo(bytes);
  }
}
