package dev.peatmesh.testkit.dns;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.peatmesh.testkit.dns.TestDnsServer.Pod;
import dev.peatmesh.testkit.dns.TestDnsServer.Transport;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.PortUnreachableException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.OPTRecord;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.SOARecord;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/** The server as clients see it, over real sockets on loopback. */
class TestDnsServerIT {
  private static final String HOST = "peat-mesh.default.svc.cluster.local";
  private static final String SRV = "_iroh-quic._udp." + HOST;

  private final TestDnsServer dns = TestDnsServer.start();

  @AfterEach
  void leavesNoThreadBehind() {
    dns.close();
    dns.close();
    assertThat(Thread.getAllStackTraces().keySet())
        .extracting(Thread::getName)
        .noneMatch(name -> name.startsWith("test-dns-"));
  }

  @Test
  void publishesAHeadlessServiceAsKubernetesDoes() throws IOException {
    publish(3);
    Message answer = ask(SRV, Type.SRV);
    assertThat(answer.getHeader().getFlag(Flags.AA)).isTrue();
    assertThat(texts(answer, Section.ANSWER))
        .hasSize(3)
        .contains(SRV + ".\t5\tIN\tSRV\t0 100 11204 peat-mesh-0." + HOST + ".");
    assertThat(texts(answer, Section.ADDITIONAL))
        .contains("peat-mesh-2." + HOST + ".\t5\tIN\tA\t10.0.0.2");
    assertThat(ask(HOST, Type.A).getSection(Section.ANSWER)).hasSize(3);
    assertThat(ask("peat-mesh-1." + HOST, Type.A).getSection(Section.ANSWER)).hasSize(1);
  }

  @Test
  void setsAServiceAnewAtOneStroke() throws IOException {
    publish(3);
    publish(1);
    assertThat(ask(SRV, Type.SRV).getSection(Section.ANSWER)).hasSize(1);
    assertThat(ask("peat-mesh-2." + HOST, Type.A).getRcode()).isEqualTo(Rcode.NXDOMAIN);
    publish(0);
    assertThat(ask(SRV, Type.SRV).getRcode()).isEqualTo(Rcode.NXDOMAIN);
    assertThat(ask("default.svc.cluster.local", Type.A).getRcode()).isEqualTo(Rcode.NOERROR);
  }

  @Test
  void saysWithItsSoaThatThereIsNothing() throws IOException {
    dns.negativeTtl(Duration.ofSeconds(7)).address("a.cluster.local", "10.0.0.1");
    for (Message answer :
        List.of(ask("a.cluster.local", Type.AAAA), ask("b.cluster.local", Type.A))) {
      assertThat(answer.getSection(Section.ANSWER)).isEmpty();
      assertThat(((SOARecord) answer.getSection(Section.AUTHORITY).get(0)).getMinimum())
          .isEqualTo(7);
    }
    assertThat(ask("a.cluster.local", Type.AAAA).getRcode()).isEqualTo(Rcode.NOERROR);
    assertThat(ask("b.cluster.local", Type.A).getRcode()).isEqualTo(Rcode.NXDOMAIN);
  }

  @Test
  void refusesNamesOutsideOfItsZone() throws IOException {
    assertThat(ask("example.org", Type.A).getRcode()).isEqualTo(Rcode.REFUSED);
    assertThatThrownBy(() -> dns.address("a.example.org", "10.0.0.1"))
        .hasMessageContaining("is not in the zone");
    try (TestDnsServer all = TestDnsServer.start(".")) {
      all.address("a.example.org", "::1");
      assertThat(udp(all, query("a.example.org", Type.AAAA)).getSection(Section.ANSWER)).hasSize(1);
    }
  }

  @Test
  void followsAliasesAndRefusesOtherRecordsBesideThem() throws IOException {
    dns.cname("a.cluster.local", "b.cluster.local").address("b.cluster.local", "10.0.0.1");
    assertThat(ask("a.cluster.local", Type.A).getSection(Section.ANSWER)).hasSize(2);
    assertThatThrownBy(() -> dns.address("a.cluster.local", "10.0.0.1"))
        .hasMessageContaining("no other record");
    assertThatThrownBy(() -> dns.address("c.cluster.local", "localhost"))
        .hasMessageContaining("is no IP literal");
  }

  @Test
  void cutsWhatIsTooLongForADatagramAndSaysSo() throws IOException {
    publish(100);
    Message plain = ask(SRV, Type.SRV);
    assertThat(plain.getHeader().getFlag(Flags.TC)).isTrue();
    Message roomy = query(SRV, Type.SRV);
    roomy.addRecord(new OPTRecord(60_000, 0, 0), Section.ADDITIONAL);
    assertThat(udp(dns, roomy).getSection(Section.ANSWER)).hasSize(100);
    assertThat(tcp(query(SRV, Type.SRV)).getSection(Section.ANSWER)).hasSize(100);
    assertThat(dns.queries(SRV, Transport.UDP)).isEqualTo(2);
    assertThat(dns.queries(SRV, Transport.TCP)).isEqualTo(1);
    assertThat(dns.queries()).isEqualTo(3);
    assertThat(dns.queries(HOST)).isZero();
  }

  @Test
  void faultsConcernOneNameOrAllUntilHealed() throws IOException {
    publish(2);
    dns.fault(HOST, DnsFault.SERVFAIL);
    assertThat(ask(HOST, Type.A).getRcode()).isEqualTo(Rcode.SERVFAIL);
    assertThat(ask(SRV, Type.SRV).getRcode()).isEqualTo(Rcode.NOERROR);
    dns.fault(DnsFault.REFUSED);
    assertThat(ask(SRV, Type.SRV).getRcode()).isEqualTo(Rcode.REFUSED);
    dns.fault(DnsFault.TRUNCATE);
    assertThat(tcp(query(SRV, Type.SRV)).getSection(Section.ANSWER)).hasSize(2);
    dns.fault(DnsFault.DROP);
    assertThatThrownBy(() -> udp(dns, query(SRV, Type.SRV), Duration.ofMillis(200)))
        .isInstanceOf(SocketTimeoutException.class);
    dns.heal();
    assertThat(ask(SRV, Type.SRV).getSection(Section.ANSWER)).hasSize(2);
  }

  @Test
  void delaysAnswers() throws IOException {
    publish(1);
    dns.delay(Duration.ofSeconds(30));
    assertThatThrownBy(() -> udp(dns, query(SRV, Type.SRV), Duration.ofMillis(200)))
        .isInstanceOf(SocketTimeoutException.class);
    dns.delay(Duration.ofMillis(1));
    assertThat(ask(SRV, Type.SRV).getSection(Section.ANSWER)).hasSize(1);
  }

  @Test
  void comesBackOnTheSamePort() throws IOException {
    publish(1);
    dns.stop();
    assertThat(dns.isOpen()).isFalse();
    assertThatThrownBy(() -> ask(SRV, Type.SRV)).isInstanceOf(PortUnreachableException.class);
    int port = dns.address().getPort();
    dns.restart();
    assertThat(dns.address().getPort()).isEqualTo(port);
    assertThat(ask(SRV, Type.SRV).getSection(Section.ANSWER)).hasSize(1);
  }

  private void publish(int pods) {
    Pod[] all = new Pod[pods];
    Arrays.setAll(all, i -> Pod.of("peat-mesh-" + i, 11204, "10.0.0." + i));
    dns.headlessService("default", "peat-mesh", "iroh-quic", all);
  }

  private Message ask(String name, int type) throws IOException {
    return udp(dns, query(name, type));
  }

  private static Message query(String name, int type) throws IOException {
    return Message.newQuery(Record.newRecord(Name.fromString(name + "."), type, DClass.IN));
  }

  private static Message udp(TestDnsServer server, Message query) throws IOException {
    return udp(server, query, Duration.ofSeconds(10));
  }

  private static Message udp(TestDnsServer server, Message query, Duration wait)
      throws IOException {
    try (DatagramSocket socket = new DatagramSocket()) {
      socket.connect(server.address());
      socket.setSoTimeout((int) wait.toMillis());
      byte[] bytes = query.toWire();
      socket.send(new DatagramPacket(bytes, bytes.length));
      DatagramPacket packet = new DatagramPacket(new byte[65_535], 65_535);
      socket.receive(packet);
      return new Message(Arrays.copyOf(packet.getData(), packet.getLength()));
    }
  }

  private Message tcp(Message query) throws IOException {
    try (Socket socket = new Socket(dns.address().getAddress(), dns.address().getPort())) {
      byte[] bytes = query.toWire();
      DataOutputStream out = new DataOutputStream(socket.getOutputStream());
      out.writeShort(bytes.length);
      out.write(bytes);
      DataInputStream in = new DataInputStream(socket.getInputStream());
      return new Message(in.readNBytes(in.readUnsignedShort()));
    }
  }

  private static List<String> texts(Message answer, int section) {
    return answer.getSection(section).stream().map(Record::toString).toList();
  }
}
