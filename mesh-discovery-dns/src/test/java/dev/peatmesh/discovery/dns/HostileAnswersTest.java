package dev.peatmesh.discovery.dns;

import static org.assertj.core.api.Assertions.assertThat;

import dev.peatmesh.discovery.dns.internal.Answer;
import dev.peatmesh.discovery.dns.internal.Question;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.xbill.DNS.AAAARecord;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.CNAMERecord;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.SRVRecord;
import org.xbill.DNS.Section;
import org.xbill.DNS.io.IoClientFactory;
import org.xbill.DNS.io.TcpIoClient;
import org.xbill.DNS.io.UdpIoClient;

/** Bytes that no honest server sends: each gives an answer, however it fares, and no exception. */
class HostileAnswersTest {
  private static final int TRIALS = 2_000;
  private static final Question SERVICE = new Question(Question.Kind.SERVICE, "_q._udp.example.");
  private static final Question ADDRESS = new Question(Question.Kind.ADDRESS, "a.example.");

  @Test
  void honestAnswerIsRead() {
    Answer answer = ask(SERVICE, bytes -> bytes);
    assertThat(answer)
        .isEqualTo(
            new Answer.Services(
                List.of(new Answer.Target("b.example", 4433, List.of("10.0.0.1", "fd00::1:0:0"))),
                true,
                7));
  }

  @Test
  void anyBytesGiveAnAnswer() {
    for (long seed = 1; seed <= TRIALS; seed++) {
      Random random = new Random(seed);
      Question question = random.nextBoolean() ? SERVICE : ADDRESS;
      assertThat(ask(question, bytes -> damaged(bytes, random))).as("seed %d", seed).isNotNull();
    }
  }

  @Test
  void timeToLiveBeyondTheSpecificationIsSurvived() {
    Answer answer =
        ask(
            SERVICE,
            bytes -> {
              // The first record's TTL stands behind the question and its own head.
              int at = question(bytes) + 6;
              bytes[at] = (byte) 0xff;
              return bytes;
            });
    assertThat(answer).isInstanceOf(Answer.Services.class);
  }

  private static int question(byte[] bytes) {
    int at = 12;
    while (bytes[at] != 0) {
      at += bytes[at] + 1;
    }
    return at + 5;
  }

  /** Flips, cuts, doubles; the id stays, or nobody would look at the rest. */
  private static byte[] damaged(byte[] bytes, Random random) {
    byte[] damaged = bytes.clone();
    for (int i = random.nextInt(8); i >= 0; i--) {
      damaged[2 + random.nextInt(damaged.length - 2)] = (byte) random.nextInt();
    }
    return random.nextInt(4) == 0
        ? Arrays.copyOf(damaged, random.nextInt(damaged.length * 2))
        : damaged;
  }

  private static Answer ask(Question question, UnaryOperator<byte[]> damage) {
    InetSocketAddress nobody = new InetSocketAddress(InetAddress.getLoopbackAddress(), 53);
    Servers servers =
        new Servers(List.of(nobody), Duration.ofSeconds(1), new InMemory(damage), () -> 0L);
    return new DnsClient(servers, List.of(), 1).ask(question);
  }

  /** Answers every query without a network. */
  private record InMemory(UnaryOperator<byte[]> damage) implements IoClientFactory {
    @Override
    public TcpIoClient createOrGetTcpClient() {
      return (local, remote, query, data, timeout) -> answer(query);
    }

    @Override
    public UdpIoClient createOrGetUdpClient() {
      return (local, remote, query, data, max, timeout) -> answer(query);
    }

    private CompletableFuture<byte[]> answer(Message query) {
      return CompletableFuture.completedFuture(damage.apply(honest(query).toWire()));
    }

    private static Message honest(Message query) {
      try {
        Message answer = new Message(query.getHeader().getID());
        answer.getHeader().setFlag(Flags.QR);
        answer.getHeader().setFlag(Flags.AA);
        answer.addRecord(query.getQuestion(), Section.QUESTION);
        Name asked = query.getQuestion().getName();
        Name alias = Name.fromString("alias.example.");
        Name target = Name.fromString("B.example.");
        answer.addRecord(new CNAMERecord(asked, DClass.IN, 9, alias), Section.ANSWER);
        answer.addRecord(new SRVRecord(alias, DClass.IN, 30, 0, 0, 4433, target), Section.ANSWER);
        answer.addRecord(
            new ARecord(target, DClass.IN, 7, InetAddress.getByName("10.0.0.1")),
            Section.ADDITIONAL);
        answer.addRecord(
            new AAAARecord(target, DClass.IN, 30, InetAddress.getByName("fd00:0:0:0:0:1::")),
            Section.ADDITIONAL);
        return answer;
      } catch (IOException e) {
        throw new AssertionError(e);
      }
    }
  }
}
