package dev.peatmesh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.DatagramSocket;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Addresses that lead nowhere, and families that a node lacks, on real sockets. */
class DialIT {
  private static final byte[] SECRET =
      "test-formation-secret-32-bytes!!".getBytes(StandardCharsets.US_ASCII);

  /** What is promised for five dead addresses and one live one. */
  private static final Duration PROMISED = Duration.ofMillis(1_500);

  /** A first handshake in a process loads classes and native code: it is not what is measured. */
  private static boolean warm;

  private final List<PeatMesh> meshes = new ArrayList<>();
  private final List<DatagramSocket> sockets = new ArrayList<>();

  @AfterEach
  void close() {
    meshes.forEach(PeatMesh::close);
    sockets.forEach(DatagramSocket::close);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6})
  void oneLiveAddressAmongFiveDeadOnesConnectsInTime(int position) throws Exception {
    warmUp();
    PeatMesh live = start(node("live", "127.0.0.1"));
    List<String> addresses = deadAddresses();
    addresses.add(position - 1, "127.0.0.1:" + port(live));

    long begin = System.nanoTime();
    PeatMesh dialler = start(node("dialler", "0.0.0.0").discovery(peer("live", addresses)));
    boolean connected = within(PROMISED, () -> isConnected(dialler));
    long millis = Duration.ofNanos(System.nanoTime() - begin).toMillis();

    System.out.printf("live address %d of 6: connected after %d ms%n", position, millis);
    assertThat(connected).as("%d ms; peers %s", millis, dialler.peers()).isTrue();
  }

  @Test
  void addressesWithoutARouteCostNoTime() throws Exception {
    // To a node that is bound to the loopback address nothing else has a route.
    List<String> without = List.of("198.51.100.1:1", "198.51.100.2:1", "198.51.100.3:1");
    assertThat(connectsBehind(without, "127.0.0.1")).isTrue();
  }

  @Test
  void unreachableIpv6AddressDoesNotHoldUpIpv4() throws Exception {
    // RFC 6666: whatever is sent there is thrown away.
    assertThat(connectsBehind(List.of("[100::1]:1"), "0.0.0.0")).isTrue();
  }

  private boolean connectsBehind(List<String> dead, String host) throws Exception {
    warmUp();
    PeatMesh live = start(node("live", "127.0.0.1"));
    List<String> addresses = new ArrayList<>(dead);
    addresses.add("127.0.0.1:" + port(live));
    long begin = System.nanoTime();
    PeatMesh dialler = start(node("dialler", host).discovery(peer("live", addresses)));
    boolean connected = within(PROMISED, () -> isConnected(dialler));
    System.out.printf(
        "behind %s: connected after %d ms%n",
        dead, Duration.ofNanos(System.nanoTime() - begin).toMillis());
    return connected;
  }

  @ParameterizedTest
  @CsvSource({
    "::1, ::1, ::1",
    "127.0.0.1, 127.0.0.1, 127.0.0.1",
    "0.0.0.0, 0.0.0.0, ::1",
    "0.0.0.0, 0.0.0.0, 127.0.0.1",
    "::, 0.0.0.0, 127.0.0.1",
    "0.0.0.0, ::, ::1",
    "0.0.0.0, ::1, ::1",
    "0.0.0.0, 127.0.0.1, 127.0.0.1",
    "::1, 0.0.0.0, ::1",
    "127.0.0.1, 0.0.0.0, 127.0.0.1",
    "127.0.0.1, ::1, ::1",
  })
  void familiesMeet(String diallersHost, String listenersHost, String dialled) {
    assumeIpv6();
    PeatMesh listener = start(node("listener", listenersHost));
    String address = (dialled.contains(":") ? "[" + dialled + "]:" : dialled + ":");
    PeatMesh dialler =
        start(
            node("dialler", diallersHost)
                .discovery(peer("listener", List.of(address + port(listener)))));

    Await.until(() -> isConnected(dialler) && isConnected(listener));

    assertThat(dialler.peers()).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"0.0.0.0", "127.0.0.1"})
  void ipv4AddressMappedIntoIpv6IsAnIpv4Address(String host) {
    PeatMesh listener = start(node("listener", "127.0.0.1"));
    PeatMesh dialler =
        start(
            node("dialler", host)
                .discovery(peer("listener", List.of("[::ffff:127.0.0.1]:" + port(listener)))));

    Await.until(() -> isConnected(dialler));

    assertThat(dialler.peers().get(0).addresses()).containsExactly("127.0.0.1:" + port(listener));
  }

  @Test
  void linkLocalAddressKeepsItsZone() throws Exception {
    String own = linkLocal().orElse("");
    assumeTrue(!own.isEmpty(), "skipped: no interface has a link-local address");
    PeatMesh listener = start(node("listener", "::"));
    String address = "[" + own + "]:" + port(listener);
    PeatMesh dialler =
        start(node("dialler", "0.0.0.0").discovery(peer("listener", List.of(address))));

    Await.until(() -> isConnected(dialler) && isConnected(listener));

    assertThat(dialler.peers().get(0).addresses()).containsExactly(address);
  }

  @Test
  void zoneThatIsNotThereIsSaid() {
    PeatMesh dialler =
        start(node("dialler", "0.0.0.0").discovery(peer("b", List.of("[fe80::1%nosuch0]:1"))));

    Await.until(() -> error(dialler).isPresent());

    assertThat(error(dialler).orElseThrow().reason()).isEqualTo(RefusalReason.UNRESOLVED);
    assertThat(error(dialler).orElseThrow().detail()).contains("fe80::1%nosuch0");
  }

  @Test
  void addressThatTheBoundHostCannotReachIsSaid() {
    PeatMesh dialler =
        start(node("dialler", "127.0.0.1").discovery(peer("b", List.of("198.51.100.1:1"))));

    Await.until(() -> error(dialler).isPresent());

    assertThat(error(dialler).orElseThrow().reason()).isEqualTo(RefusalReason.UNREACHABLE);
    assertThat(error(dialler).orElseThrow().detail())
        .startsWith(
            "198.51.100.1:1 cannot be reached from 127.0.0.1, to which this node is bound: ");
  }

  @Test
  void strangerAtTheAddressOfAPeerIsNotTakenForIt() {
    PeatMesh bob = start(node("bob", "127.0.0.1"));
    int reused = port(bob);
    PublishedPeers found = new PublishedPeers().at("bob", "127.0.0.1:" + reused);
    PeatMesh ann = start(node("ann", "127.0.0.1").discovery(found));
    Await.until(() -> isConnected(ann));
    bob.close();
    meshes.remove(bob);

    PeatMesh stranger = start(node("stranger", "127.0.0.1").bindPort(reused));
    Await.until(
        () -> error(ann).map(PeerError::reason).equals(Optional.of(RefusalReason.WRONG_KEY)));

    assertThat(ann.peers()).noneMatch(PeerStatus::isConnected);
    assertThat(error(ann).orElseThrow().detail()).contains("127.0.0.1:" + reused);
    assertThat(stranger.peers()).noneMatch(PeerStatus::isConnected);

    PeatMesh again = start(node("bob", "127.0.0.1"));
    found.at("bob", "127.0.0.1:" + port(again));
    Await.until(() -> isConnected(ann));
    assertThat(again.peers()).anyMatch(PeerStatus::isConnected);
    assertThat(stranger.peers()).noneMatch(PeerStatus::isConnected);
  }

  private void warmUp() {
    if (!warm) {
      PeatMesh one = start(node("one", "127.0.0.1"));
      PeatMesh two =
          start(node("two", "0.0.0.0").discovery(peer("one", List.of("127.0.0.1:" + port(one)))));
      Await.until(() -> isConnected(two));
      warm = true;
    }
  }

  /** Three sockets that never answer, and two ports where nobody listens. */
  private List<String> deadAddresses() throws IOException {
    List<String> dead = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      DatagramSocket socket = new DatagramSocket(0, InetAddress.getByName("127.0.0.1"));
      dead.add("127.0.0.1:" + socket.getLocalPort());
      if (i < 3) {
        sockets.add(socket);
      } else {
        socket.close();
      }
    }
    return dead;
  }

  private static boolean within(Duration limit, BooleanSupplier condition) {
    long begin = System.nanoTime();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - begin > limit.toNanos()) {
        return false;
      }
      Thread.onSpinWait();
    }
    return true;
  }

  private static Optional<String> linkLocal() throws IOException {
    return NetworkInterface.networkInterfaces()
        .filter(each -> !each.getName().startsWith("lo"))
        .flatMap(NetworkInterface::inetAddresses)
        .filter(address -> address instanceof Inet6Address && address.isLinkLocalAddress())
        .map(InetAddress::getHostAddress)
        .findFirst();
  }

  private static void assumeIpv6() {
    try (DatagramSocket socket = new DatagramSocket(0, InetAddress.getByName("::1"))) {
      assumeTrue(socket.isBound());
    } catch (IOException absent) {
      assumeTrue(false, "skipped: this machine has no IPv6");
    }
  }

  private static PublishedPeers peer(String name, List<String> addresses) {
    return new PublishedPeers().at(name, addresses.toArray(String[]::new));
  }

  private static Optional<PeerError> error(PeatMesh mesh) {
    return mesh.peers().stream().findFirst().flatMap(PeerStatus::lastError);
  }

  private static boolean isConnected(PeatMesh mesh) {
    return mesh.peers().stream().anyMatch(PeerStatus::isConnected);
  }

  private static int port(PeatMesh mesh) {
    return mesh.localAddress().getPort();
  }

  private static PeatMeshBuilder node(String name, String host) {
    return PeatMesh.builder()
        .nodeName(name)
        .formation("home", SECRET)
        .bindHost(host)
        .keepAlive(Duration.ofMillis(200))
        .idleTimeout(Duration.ofSeconds(2));
  }

  private PeatMesh start(PeatMeshBuilder builder) {
    PeatMesh mesh = builder.start();
    meshes.add(mesh);
    return mesh;
  }
}
