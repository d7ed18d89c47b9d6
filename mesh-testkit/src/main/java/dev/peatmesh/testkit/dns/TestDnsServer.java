package dev.peatmesh.testkit.dns;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.AAAARecord;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.CNAMERecord;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.OPTRecord;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.SRVRecord;
import org.xbill.DNS.Section;

/**
 * A DNS server for tests, on loopback, over UDP and TCP: the authority of one zone, whose records
 * are set from Java while it runs. Thread-safe. {@link #close} leaves no thread and no socket.
 *
 * <p>It is strict where servers are: names outside of its zone are refused, a name exists when one
 * below it does (RFC 8020), every "there is nothing" bears the SOA (RFC 2308), and an answer that
 * is too long for UDP is cut and says so. Names are complete, with a dot at the end or without.
 *
 * <pre>{@code
 * try (TestDnsServer dns = TestDnsServer.start()) {
 *   dns.headlessService("default", "peat-mesh", "iroh-quic",
 *       TestDnsServer.Pod.of("peat-mesh-0", 11204, "10.0.0.1"));
 *   dns.fault(DnsFault.SERVFAIL);
 * }
 * }</pre>
 */
public final class TestDnsServer implements AutoCloseable {
  /** The zone of a cluster that nobody renamed. */
  public static final String CLUSTER_ZONE = "cluster.local";

  /** What a datagram holds without EDNS (RFC 1035, section 4.2.1). */
  private static final int DATAGRAM_BYTES_DEFAULT = 512;

  /** Queries are counted for this many names; then counting names begins anew. */
  private static final int NAMES_COUNTED_MAX = 100_000;

  private static final int MESSAGE_BYTES_MAX = 65_535;

  private final ReentrantLock lock = new ReentrantLock();
  private final Zone zone;
  private final Map<Transport, Long> asked = new EnumMap<>(Transport.class);
  private final Map<Name, Map<Transport, Long>> askedFor = new HashMap<>();
  private final Map<Name, DnsFault> faults = new HashMap<>();
  private @Nullable DnsFault fault;
  private Duration delay = Duration.ZERO;
  private long ttlSeconds = 5;
  private Endpoints endpoints;
  private final InetSocketAddress address;
  private boolean open = true;

  /** How a query came. */
  public enum Transport {
    UDP,
    TCP
  }

  /**
   * One pod behind a Service.
   *
   * @param name its host name, the first label of what SRV records lead to
   * @param port of its container
   * @param addresses IP literals, of one family or both
   */
  public record Pod(String name, int port, List<String> addresses) {
    public Pod {
      addresses = List.copyOf(addresses);
    }

    /** A pod with these addresses. */
    public static Pod of(String name, int port, String... addresses) {
      return new Pod(name, port, List.of(addresses));
    }
  }

  private TestDnsServer(String origin) {
    this.zone = new Zone(Names.read(origin));
    this.endpoints = Endpoints.open(InetAddress.getLoopbackAddress(), 0, this::respond);
    this.address = endpoints.address();
  }

  /** A server for {@value #CLUSTER_ZONE}, on a free port. */
  public static TestDnsServer start() {
    return start(CLUSTER_ZONE);
  }

  /** A server for that zone; "." for every name there is. */
  public static TestDnsServer start(String zone) {
    return new TestDnsServer(zone);
  }

  /** Where it listens, over UDP and TCP; the same after {@link #restart}. */
  public InetSocketAddress address() {
    return address;
  }

  /** {@link #address} as {@code ip:port}, an IPv6 address in brackets. */
  public String hostAndPort() {
    String host = address.getAddress().getHostAddress();
    return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + address.getPort();
  }

  /** The time to live of records that are set from now on. Default 5 s, as with CoreDNS. */
  public TestDnsServer ttl(Duration ttl) {
    return change(() -> ttlSeconds = ttl.toSeconds());
  }

  /** How long "there is nothing" holds. Default 5 s. */
  public TestDnsServer negativeTtl(Duration ttl) {
    return change(() -> zone.negativeTtl(ttl.toSeconds()));
  }

  /** Whether the addresses of SRV targets are added to the answer. Default yes. */
  public TestDnsServer glue(boolean added) {
    return change(() -> zone.glue(added));
  }

  /** Adds an SRV record. */
  public TestDnsServer srv(String name, int port, String target) {
    return add(
        () -> new SRVRecord(Names.read(name), DClass.IN, ttlSeconds, 0, 0, port, read(target)));
  }

  /** Adds an A or AAAA record, as the literal has it. */
  public TestDnsServer address(String name, String ip) {
    return add(() -> addressRecord(Names.read(name), ip));
  }

  /** Adds an alias. */
  public TestDnsServer cname(String name, String target) {
    return add(() -> new CNAMERecord(Names.read(name), DClass.IN, ttlSeconds, read(target)));
  }

  /** Makes a name exist that has no records. */
  public TestDnsServer name(String name) {
    return change(() -> zone.exists(Names.read(name)));
  }

  /** Takes away the records of a name. */
  public TestDnsServer remove(String name) {
    return change(() -> zone.remove(Names.read(name)));
  }

  /** Takes away every record. */
  public TestDnsServer clear() {
    return change(zone::clear);
  }

  /**
   * Sets, at one stroke, what Kubernetes publishes for a headless Service of a StatefulSet (DNS
   * specification, section 2.4), in place of what was there: SRV records of the named UDP port and
   * the addresses of pods and Service. Without pods the namespace exists and the Service does not,
   * as with CoreDNS.
   */
  public TestDnsServer headlessService(
      String namespace, String service, String portName, Pod... pods) {
    return change(
        () -> {
          String domain = namespace + ".svc." + zone.origin();
          String host = service + "." + domain;
          zone.removeBelow(Names.read(host));
          zone.exists(Names.read(domain));
          for (Pod pod : pods) {
            Name target = Names.read(pod.name() + "." + host);
            zone.add(
                new SRVRecord(
                    Names.read("_" + portName + "._udp." + host),
                    DClass.IN,
                    ttlSeconds,
                    0,
                    100,
                    pod.port(),
                    target));
            for (String ip : pod.addresses()) {
              zone.add(addressRecord(target, ip));
              zone.add(addressRecord(Names.read(host), ip));
            }
          }
        });
  }

  /** Every query meets this fault from now on. */
  public TestDnsServer fault(DnsFault every) {
    return change(() -> fault = every);
  }

  /** Queries for this name meet this fault from now on. */
  public TestDnsServer fault(String name, DnsFault its) {
    return change(() -> faults.put(Names.read(name), its));
  }

  /** Every answer is sent this much later from now on. */
  public TestDnsServer delay(Duration each) {
    return change(() -> delay = each);
  }

  /** No faults and no delay from now on. */
  public TestDnsServer heal() {
    return change(
        () -> {
          fault = null;
          faults.clear();
          delay = Duration.ZERO;
        });
  }

  /** How many queries came, whatever became of them. */
  public long queries() {
    return locked(() -> sum(asked));
  }

  /** How many queries came by that transport. */
  public long queries(Transport transport) {
    return locked(() -> asked.getOrDefault(transport, 0L));
  }

  /** How many queries came for a name, of every type. */
  public long queries(String name) {
    return locked(() -> sum(askedFor.getOrDefault(Names.read(name), Map.of())));
  }

  /** How many queries came for a name by that transport. */
  public long queries(String name, Transport transport) {
    return locked(
        () -> askedFor.getOrDefault(Names.read(name), Map.of()).getOrDefault(transport, 0L));
  }

  /** Stops listening; who asks is told by its system that nobody listens. Idempotent. */
  public void stop() {
    Endpoints closing;
    lock.lock();
    try {
      open = false;
      closing = endpoints;
    } finally {
      lock.unlock();
    }
    // Not under the lock: its threads may wait for it.
    closing.close();
  }

  /** Listens again, on the same port, with the same records. */
  public void restart() {
    stop();
    lock.lock();
    try {
      endpoints = Endpoints.open(address.getAddress(), address.getPort(), this::respond);
      open = true;
    } finally {
      lock.unlock();
    }
  }

  /** Whether it listens. */
  public boolean isOpen() {
    return locked(() -> open);
  }

  @Override
  public void close() {
    stop();
  }

  private Endpoints.Response respond(byte[] bytes, boolean datagram) {
    Message query;
    try {
      query = new Message(bytes);
    } catch (IOException unreadable) {
      return new Endpoints.Response(Optional.empty(), Duration.ZERO);
    }
    lock.lock();
    try {
      return new Endpoints.Response(answer(query, datagram), delay);
    } finally {
      lock.unlock();
    }
  }

  private Optional<byte[]> answer(Message query, boolean datagram) {
    Record question = query.getQuestion();
    if (question == null || question.getDClass() != DClass.IN) {
      Message refusal = Zone.reply(query);
      refusal.getHeader().setRcode(Rcode.NOTIMP);
      return Optional.of(refusal.toWire());
    }
    Transport transport = datagram ? Transport.UDP : Transport.TCP;
    asked.merge(transport, 1L, Long::sum);
    if (askedFor.size() >= NAMES_COUNTED_MAX) {
      askedFor.keySet().retainAll(List.of(question.getName()));
    }
    askedFor
        .computeIfAbsent(question.getName(), name -> new EnumMap<>(Transport.class))
        .merge(transport, 1L, Long::sum);
    int bytesMax = datagram ? datagramBytesMax(query) : MESSAGE_BYTES_MAX;
    DnsFault now = faults.getOrDefault(question.getName(), fault);
    if (now != null) {
      return Faulty.bytes(now, query, zone, datagram, bytesMax);
    }
    Message answer = zone.answer(query);
    if (query.getOPT() != null) {
      answer.addRecord(new OPTRecord(MESSAGE_BYTES_MAX, 0, 0), Section.ADDITIONAL);
    }
    return Optional.of(answer.toWire(bytesMax));
  }

  private static int datagramBytesMax(Message query) {
    OPTRecord edns = query.getOPT();
    return edns == null
        ? DATAGRAM_BYTES_DEFAULT
        : Math.max(DATAGRAM_BYTES_DEFAULT, edns.getPayloadSize());
  }

  private Record addressRecord(Name name, String ip) {
    try {
      InetAddress literal = InetAddress.getByName(literal(ip));
      return literal.getAddress().length == 4
          ? new ARecord(name, DClass.IN, ttlSeconds, literal)
          : new AAAARecord(name, DClass.IN, ttlSeconds, literal);
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException("address(" + ip + "): is no IP literal.", e);
    }
  }

  /** In a form that is never looked up. */
  private static String literal(String ip) {
    if (ip.indexOf(':') < 0 && !ip.matches("[0-9.]+")) {
      throw new IllegalArgumentException("address(" + ip + "): is no IP literal.");
    }
    return ip;
  }

  private static Name read(String name) {
    return Names.read(name);
  }

  private TestDnsServer add(Supplier<Record> record) {
    return change(() -> zone.add(record.get()));
  }

  private TestDnsServer change(Runnable change) {
    lock.lock();
    try {
      change.run();
      return this;
    } finally {
      lock.unlock();
    }
  }

  private <T> T locked(Supplier<T> question) {
    lock.lock();
    try {
      return question.get();
    } finally {
      lock.unlock();
    }
  }

  private static long sum(Map<Transport, Long> counts) {
    return counts.values().stream().mapToLong(Long::longValue).sum();
  }
}
