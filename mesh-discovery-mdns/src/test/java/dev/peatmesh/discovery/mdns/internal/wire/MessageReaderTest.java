package dev.peatmesh.discovery.mdns.internal.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MessageReaderTest {
  private static final DnsName SERVICE = DnsName.of("_peat", "_udp", "local");

  /** One answer and one additional record, with compressed names. */
  private static final byte[] COMPRESSED =
      HexFormat.of()
          .parseHex(
              "000084000000000100000001"
                  + "055f70656174045f756470056c6f63616c00" // _peat._udp.local at 12
                  + "000c000100000078" // PTR IN 120 s
                  + "0005" // its length
                  + "0261" // overwritten below: label "ab" takes two bytes
                  + "62c00c" // "b", pointer to 12
                  + "c028" // name: pointer to 40, the label "ab"
                  + "00218001000000780008"
                  + "000000002bc4c017"); // port 11204, host: pointer to "local"

  @Test
  void readsCompressedNames() throws Exception {
    DnsMessage message = MessageReader.read(COMPRESSED, COMPRESSED.length);

    DnsName instance = SERVICE.child("ab");
    assertThat(message.isResponse()).isTrue();
    assertThat(message.records())
        .containsExactly(
            new DnsRecord.Pointer(SERVICE, 120, instance),
            new DnsRecord.Service(instance, 120, DnsName.of("local"), 11204));
  }

  @Test
  void readsWhatOthersWrite() throws Exception {
    DnsName instance = SERVICE.child("Küche. 2\u0000");
    DnsName host = DnsName.of("peat-1", "local");
    DnsMessage message =
        MessageBytes.response()
            .txt(instance, 4500, "node_id=küche", "flag", "x=")
            .address(host, 120, "10.0.0.7")
            .address(host, 120, "fd00::7")
            .record(host, 47, 0x8001, 120, new byte[] {1, 2, 3})
            .message();

    assertThat(message.records())
        .containsExactly(
            new DnsRecord.Text(instance, 4500, List.of("node_id=küche", "flag", "x=")),
            new DnsRecord.Address(host, 120, InetAddress.getByName("10.0.0.7"), true),
            new DnsRecord.Address(host, 120, InetAddress.getByName("fd00::7"), true));
  }

  @Test
  void namesDifferNotInTheCaseOfAscii() {
    assertThat(DnsName.of("Peat-A", "LOCAL")).isEqualTo(DnsName.of("peat-a", "local"));
    assertThat(DnsName.of("KÜCHE")).isNotEqualTo(DnsName.of("küche"));
  }

  @Test
  void textThatIsNoUtf8IsLeftOut() {
    byte[] data = {3, 'a', '=', '1', 2, (byte) 0xFF, (byte) 0xFE, 3, 'b', '=', '2'};
    DnsMessage message =
        MessageBytes.response().record(SERVICE, RecordType.TXT, 1, 120, data).message();

    assertThat(message.records())
        .containsExactly(new DnsRecord.Text(SERVICE, 120, List.of("a=1", "b=2")));
  }

  @ParameterizedTest
  @CsvSource({
    "ends within its header, 0000840000",
    "counts questions that are not there, 000000000001000000000000",
    "counts records that are not there, 000084000000ffffffffffff",
    "points to itself, 000000000001000000000000c00c00010001",
    "points forward, 000000000001000000000000c00e00010001",
    "points into the header, 000000000001000000000000c00000010001",
    "has a label of a reserved kind, 00000000000100000000000080000001000100",
    "leaves the message within a label, 0000000000010000000000003f6161",
    "has an opcode, 280000000001000000000000000000010001",
    "has a response code, 000084030000000000000000",
    "has an address of 3 bytes, 000084000000000100000000000001000100000078000301020300",
    "has an address of 5 bytes, 0000840000000001000000000000010001000000780005010203040500",
    "has a service without host, 000084000000000100000000000021000100000078000400000000",
    "has a text that is longer than its record, 00008400000000010000000000001000010000007800020561",
    "has a record longer than the message, 000084000000000100000000000010000100000078ffff00",
  })
  void refuses(String whatItDoes, String hex) {
    byte[] bytes = HexFormat.of().parseHex(hex);
    if (hex.startsWith("28000000")) {
      bytes[2] = 0x28;
    }

    assertThatThrownBy(() -> MessageReader.read(bytes, bytes.length))
        .as(whatItDoes)
        .isInstanceOf(MalformedMessageException.class);
  }

  @Test
  void refusesWhatIsLongerThanMulticastDnsAllows() {
    byte[] jumbo = new byte[DnsMessage.BYTES_MAX + 1];

    assertThatThrownBy(() -> MessageReader.read(jumbo, jumbo.length))
        .isInstanceOf(MalformedMessageException.class)
        .hasMessageContaining("9000");
  }

  @Test
  void refusesNamesThatAreTooLong() {
    // 127 labels of one letter fit, 128 do not.
    byte[] bytes = new byte[12 + 2 * 128 + 5];
    bytes[5] = 1;
    for (int i = 0; i < 128; i++) {
      bytes[12 + 2 * i] = 1;
      bytes[13 + 2 * i] = 'a';
    }

    assertThatThrownBy(() -> MessageReader.read(bytes, bytes.length))
        .isInstanceOf(MalformedMessageException.class);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void neverBreaksOnMutatedMessages(long seed) {
    Random random = new Random(seed);
    byte[] whole =
        MessageBytes.node("kitchen", "peat-1", 11204, "10.0.0.7", 120, "node_id=kitchen").bytes();
    int read = 0;
    for (int i = 0; i < 50_000; i++) {
      byte[] bytes = (i % 2 == 0 ? whole : COMPRESSED).clone();
      for (int change = random.nextInt(6); change >= 0; change--) {
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
      }
      int length = random.nextInt(4) == 0 ? random.nextInt(bytes.length) : bytes.length;
      try {
        MessageReader.read(Arrays.copyOf(bytes, length), length);
        read++;
      } catch (MalformedMessageException expected) {
        assertThat(expected.getMessage()).isNotBlank();
      }
    }
    assertThat(read).as("some mutations are messages still").isPositive();
  }

  @Test
  void neverBreaksOnNoise() {
    Random random = new Random(7);
    int refused = 0;
    for (int i = 0; i < 100_000; i++) {
      byte[] bytes = new byte[random.nextInt(200)];
      random.nextBytes(bytes);
      if (bytes.length > 12) {
        Arrays.fill(bytes, 0, 12, (byte) 0);
        bytes[2] = (byte) (random.nextBoolean() ? 0x84 : 0);
        bytes[5] = (byte) random.nextInt(3);
        bytes[7] = (byte) random.nextInt(4);
      }
      try {
        MessageReader.read(bytes, bytes.length);
      } catch (MalformedMessageException expected) {
        refused++;
      }
    }
    assertThat(refused).isPositive();
  }
}
