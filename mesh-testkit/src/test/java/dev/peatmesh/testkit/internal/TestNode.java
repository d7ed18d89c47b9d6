package dev.peatmesh.testkit.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.peatmesh.crypto.EndpointId;
import dev.peatmesh.internal.transport.Connection;
import dev.peatmesh.internal.transport.Refusal;
import dev.peatmesh.internal.transport.Transport;
import dev.peatmesh.runtime.Loop;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * A node of a transport test: accepts every call, keeps what it hears, checks where it hears it.
 */
final class TestNode implements Transport.AcceptListener {
  final SimulatedHost host;
  final InetSocketAddress address;
  final EndpointId id;
  final List<Side> accepted = new ArrayList<>();
  final List<Refusal> refused = new ArrayList<>();
  private final SimulatedNetwork network;
  private final TransportSettings settings;
  Loop loop;
  SimulatedTransport transport;

  TestNode(SimulatedNetwork network, VirtualTime time, int number) {
    this(network, time, number, TransportSettings.DEFAULTS);
  }

  TestNode(SimulatedNetwork network, VirtualTime time, int number, TransportSettings settings) {
    this.network = network;
    this.settings = settings;
    host = time.newHost("n" + number);
    address = SimulatedNetwork.address(number);
    id = new EndpointId(String.format("%064x", number));
    start();
  }

  /** Also after a restart of the host. */
  void start() {
    loop = host.newLoop("mesh");
    transport = network.bind(host, loop, address, id, settings, this);
  }

  /** Runs on the node's loop, now. */
  void run(Runnable action) {
    loop.execute(action);
    host.time().advance(Duration.ZERO);
  }

  Call dial(TestNode other) {
    return dial(other.address, Set.of(other.id));
  }

  Call dial(InetSocketAddress to, Set<EndpointId> expected) {
    Call call = new Call();
    run(() -> call.dial = transport.dial(to, expected, call));
    return call;
  }

  /** Connected on both sides. */
  static Pair connect(TestNode one, TestNode other) {
    int before = other.accepted.size();
    Call call = one.dial(other);
    boolean up =
        one.host
            .time()
            .runUntil(
                () -> !call.connected.isEmpty() && other.accepted.size() > before,
                Duration.ofMinutes(1));
    assertThat(up).as("connected").isTrue();
    return new Pair(call.connected.get(0), other.accepted.get(before));
  }

  @Override
  public void accepted(Connection connection) {
    loop.checkInLoop();
    accepted.add(new Side(connection, true));
  }

  @Override
  public void refused(InetSocketAddress remote, Refusal refusal) {
    loop.checkInLoop();
    refused.add(refusal);
  }

  record Pair(Side dialler, Side acceptor) {}

  /** How a dial went. */
  final class Call implements Transport.DialListener {
    final List<Side> connected = new ArrayList<>();
    final List<Refusal> failed = new ArrayList<>();
    Transport.Dial dial;

    @Override
    public void connected(Connection connection) {
      loop.checkInLoop();
      connected.add(new Side(connection, true));
    }

    @Override
    public void failed(Refusal refusal) {
      loop.checkInLoop();
      failed.add(refusal);
    }
  }

  /** One side of a connection, and all that its listener heard. */
  final class Side implements Connection.Listener {
    final Connection connection;
    final List<ByteBuffer> frames = new ArrayList<>();
    final List<Refusal> closed = new ArrayList<>();
    int writableAgain;
    boolean consumes = true;

    Side(Connection connection, boolean listens) {
      this.connection = connection;
      if (listens) {
        connection.listen(this);
      }
    }

    @Override
    public void frame(ByteBuffer frame) {
      loop.checkInLoop();
      assertThat(closed).as("nothing follows the end").isEmpty();
      frames.add(frame);
      if (consumes) {
        connection.consumed(frame.remaining());
      }
    }

    @Override
    public void writableAgain() {
      loop.checkInLoop();
      writableAgain++;
    }

    @Override
    public void closed(Refusal refusal) {
      loop.checkInLoop();
      closed.add(refusal);
    }

    /** One frame of four bytes. */
    void sendNumber(int number) {
      run(() -> connection.send(ByteBuffer.allocate(4).putInt(number).flip()));
    }

    void sendBytes(int bytes) {
      run(() -> connection.send(ByteBuffer.allocate(bytes)));
    }

    List<Integer> numbers() {
      return frames.stream().map(frame -> frame.getInt(frame.position())).toList();
    }

    boolean writable() {
      boolean[] answer = new boolean[1];
      run(() -> answer[0] = connection.writable());
      return answer[0];
    }

    void close(Refusal refusal) {
      run(() -> connection.close(refusal));
    }
  }
}
