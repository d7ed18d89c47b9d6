package dev.peatmesh.internal.network;

import dev.peatmesh.RefusalReason;
import dev.peatmesh.crypto.EndpointId;
import dev.peatmesh.internal.network.VirtualTime.VirtualLoop;
import dev.peatmesh.internal.transport.Connection;
import dev.peatmesh.internal.transport.Refusal;
import dev.peatmesh.internal.transport.Transport;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A strict network in memory: ordered channels between transports, black holes where nobody is, and
 * an idle timeout for whoever vanishes. It refuses what no real transport takes.
 *
 * <p>By default what is sent arrives after a millisecond. In the stepwise mode nothing arrives
 * until a test picks the channel that delivers next.
 */
final class FakeNetwork {
  static final Duration LATENCY = Duration.ofMillis(1);
  static final Duration IDLE = Duration.ofSeconds(5);

  /** A channel in one direction: what it carries arrives in order, at one node. */
  record Channel(int connection, boolean fromDialer, String target) implements Comparable<Channel> {
    @Override
    public int compareTo(Channel other) {
      return connection != other.connection
          ? Integer.compare(connection, other.connection)
          : Boolean.compare(fromDialer, other.fromDialer);
    }
  }

  private final VirtualTime time;
  private final boolean stepwise;
  private final Map<InetSocketAddress, FakeTransport> transports = new LinkedHashMap<>();
  private final TreeMap<Channel, Deque<Runnable>> underway = new TreeMap<>();
  private final List<FakeConnection> ends = new ArrayList<>();
  private final List<Set<FakeTransport>> cuts = new ArrayList<>();
  private int lastConnection;
  int dialsMade;

  FakeNetwork(VirtualTime time, boolean stepwise) {
    this.time = time;
    this.stepwise = stepwise;
  }

  FakeTransport open(
      String node,
      EndpointId id,
      VirtualLoop loop,
      Transport.AcceptListener listener,
      InetSocketAddress... at) {
    FakeTransport transport = new FakeTransport(node, id, loop, listener, at[0]);
    for (InetSocketAddress address : at) {
      if (transports.put(address, transport) != null) {
        throw new IllegalStateException("address in use: " + address);
      }
    }
    return transport;
  }

  /** Channels that can deliver something now. */
  List<Channel> ready() {
    return List.copyOf(underway.keySet());
  }

  /** Lets a channel deliver the first thing that is underway on it. */
  void deliver(Channel channel) {
    Deque<Runnable> queue = underway.get(channel);
    Runnable first = queue.poll();
    if (queue.isEmpty()) {
      underway.remove(channel);
    }
    first.run();
    time.settle();
  }

  /** No packet passes between the two any more; their connections time out. */
  void cut(FakeTransport one, FakeTransport other) {
    Set<FakeTransport> cut = Set.of(one, other);
    cuts.add(cut);
    for (FakeConnection end : List.copyOf(ends)) {
      if (cut.contains(end.owner) && cut.contains(end.other().owner)) {
        end.timeOut();
      }
    }
  }

  void mend() {
    cuts.clear();
  }

  /** Ends of connections that are open. */
  int openEnds() {
    return ends.size();
  }

  private boolean passes(FakeTransport from, FakeTransport to) {
    return !from.gone && !to.gone && !cuts.contains(from == to ? Set.of(from) : Set.of(from, to));
  }

  private void send(Channel channel, FakeTransport from, FakeTransport to, Runnable arrival) {
    Runnable guarded =
        () -> {
          if (passes(from, to)) {
            to.loop.execute(arrival);
          }
        };
    if (stepwise) {
      underway.computeIfAbsent(channel, c -> new ArrayDeque<>()).add(guarded);
    } else {
      to.loop.schedule(LATENCY, guarded);
    }
  }

  final class FakeTransport implements Transport {
    private final String node;
    private final EndpointId id;
    private final VirtualLoop loop;
    private final AcceptListener listener;
    private final InetSocketAddress address;
    private boolean gone;

    private FakeTransport(
        String node,
        EndpointId id,
        VirtualLoop loop,
        AcceptListener listener,
        InetSocketAddress address) {
      this.node = node;
      this.id = id;
      this.loop = loop;
      this.listener = listener;
      this.address = address;
    }

    @Override
    public InetSocketAddress localAddress() {
      return address;
    }

    @Override
    public Dial dial(
        InetSocketAddress remote, Set<EndpointId> expected, DialListener dialListener) {
      loop.checkInLoop();
      check(!gone, "dial on a closed transport");
      check(!remote.isUnresolved(), "dial of a name");
      dialsMade++;
      FakeDial dial = new FakeDial(dialListener);
      FakeTransport target = transports.get(remote);
      if (target != null) {
        dial.begin(this, target, expected, ++lastConnection);
      }
      return dial;
    }

    @Override
    public void close() {
      vanish();
    }

    /** The process is killed: nobody is told, and the address is free. */
    void vanish() {
      gone = true;
      transports.values().removeIf(transport -> transport == this);
      for (FakeConnection end : List.copyOf(ends)) {
        if (end.owner == this) {
          ends.remove(end);
          end.over = true;
        } else if (end.other().owner == this) {
          end.timeOut();
        }
      }
    }
  }

  private final class FakeDial implements Transport.Dial {
    private final Transport.DialListener listener;
    private boolean over;

    private FakeDial(Transport.DialListener listener) {
      this.listener = listener;
    }

    /** Three messages as in QUIC: the dialer is done before the acceptor is. */
    private void begin(
        FakeTransport from, FakeTransport to, Set<EndpointId> expected, int connection) {
      Channel there = new Channel(connection, true, to.node);
      Channel back = new Channel(connection, false, from.node);
      send(
          there,
          from,
          to,
          () -> send(back, to, from, () -> answered(from, to, expected, there, back)));
    }

    private void answered(
        FakeTransport from,
        FakeTransport to,
        Set<EndpointId> expected,
        Channel there,
        Channel back) {
      if (over) {
        return;
      }
      over = true;
      if (!expected.isEmpty() && !expected.contains(to.id)) {
        listener.failed(Refusal.ours(RefusalReason.WRONG_KEY, "it holds " + to.id));
        Refusal told = Refusal.theirs(RefusalReason.WRONG_KEY, "another key was expected");
        send(there, from, to, () -> to.listener.refused(from.address, told));
        return;
      }
      FakeConnection dialer = new FakeConnection(from, to.id, to.address, true, there);
      FakeConnection acceptor = new FakeConnection(to, from.id, from.address, false, back);
      dialer.other = acceptor;
      acceptor.other = dialer;
      ends.add(dialer);
      ends.add(acceptor);
      send(
          there,
          from,
          to,
          () -> {
            if (!acceptor.over) {
              to.listener.accepted(acceptor);
            }
          });
      listener.connected(dialer);
    }

    @Override
    public void cancel() {
      over = true;
    }
  }

  final class FakeConnection implements Connection {
    final FakeTransport owner;
    final Channel channel;
    private final EndpointId remoteId;
    private final InetSocketAddress remoteAddress;
    private final boolean dialled;
    private final Deque<ByteBuffer> early = new ArrayDeque<>();
    private @Nullable FakeConnection other;
    private @Nullable Listener listener;
    private @Nullable Refusal end;
    private boolean over;
    private long unconsumed;

    private FakeConnection(
        FakeTransport owner,
        EndpointId remoteId,
        InetSocketAddress remoteAddress,
        boolean dialled,
        Channel channel) {
      this.owner = owner;
      this.remoteId = remoteId;
      this.remoteAddress = remoteAddress;
      this.dialled = dialled;
      this.channel = channel;
    }

    private FakeConnection other() {
      return other;
    }

    /** Bytes delivered and not yet worked off. */
    long unconsumed() {
      return unconsumed;
    }

    @Override
    public EndpointId remoteId() {
      return remoteId;
    }

    @Override
    public InetSocketAddress remoteAddress() {
      return remoteAddress;
    }

    @Override
    public boolean dialled() {
      return dialled;
    }

    @Override
    public void listen(Listener heard) {
      owner.loop.checkInLoop();
      check(listener == null, "listened to twice");
      listener = heard;
      for (ByteBuffer frame = early.poll(); frame != null; frame = early.poll()) {
        heard.frame(frame);
      }
      if (end != null) {
        heard.closed(end);
      }
    }

    @Override
    public void send(ByteBuffer frame) {
      check(frame.hasRemaining(), "empty frame");
      check(frame.remaining() <= Transport.FRAME_BYTES_MAX, "frame too long");
      if (over) {
        return;
      }
      ByteBuffer copy = ByteBuffer.allocate(frame.remaining()).put(frame).flip();
      FakeNetwork.this.send(channel, owner, other().owner, () -> other().arrived(copy));
    }

    private void arrived(ByteBuffer frame) {
      if (over) {
        return;
      }
      unconsumed += frame.remaining();
      if (listener == null) {
        early.add(frame);
      } else {
        listener.frame(frame);
      }
    }

    @Override
    public boolean writable() {
      return !over;
    }

    @Override
    public void consumed(int bytes) {
      unconsumed -= bytes;
      check(unconsumed >= 0, "consumed more than was delivered");
    }

    @Override
    public void close(Refusal refusal) {
      owner.loop.checkInLoop();
      check(!refusal.remote(), "closed with the other side's refusal");
      if (over) {
        return;
      }
      over(refusal);
      Refusal told = Refusal.theirs(refusal.reason(), refusal.detail());
      FakeNetwork.this.send(channel, owner, other().owner, () -> other().over(told));
    }

    /** Nothing more is heard of the other side. */
    private void timeOut() {
      owner.loop.schedule(
          IDLE, () -> over(Refusal.ours(RefusalReason.TIMED_OUT, "silent for " + IDLE)));
    }

    private void over(Refusal refusal) {
      if (over) {
        return;
      }
      over = true;
      ends.remove(this);
      end = refusal;
      if (listener != null) {
        owner.loop.execute(() -> listener.closed(refusal));
      }
    }
  }

  private static void check(boolean holds, String violation) {
    if (!holds) {
      throw new AssertionError(violation);
    }
  }
}
