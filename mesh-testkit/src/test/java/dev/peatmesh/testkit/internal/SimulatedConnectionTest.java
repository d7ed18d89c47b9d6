package dev.peatmesh.testkit.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.peatmesh.RefusalReason;
import dev.peatmesh.internal.transport.Connection;
import dev.peatmesh.internal.transport.Refusal;
import dev.peatmesh.internal.transport.Transport;
import dev.peatmesh.testkit.NetworkRules;
import dev.peatmesh.testkit.SimulationFailure;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SimulatedConnectionTest {
  private static final Duration SECOND = Duration.ofSeconds(1);
  private static final Refusal GOODBYE = Refusal.ours(RefusalReason.DUPLICATE_LINK, "the other");

  private final VirtualTime time = new VirtualTime(7);
  private final SimulatedNetwork network = new SimulatedNetwork(time, NetworkRules.LAN);
  private final TestNode one = new TestNode(network, time, 1);
  private final TestNode two = new TestNode(network, time, 2);

  @Test
  void bothSidesKnowEachOther() {
    TestNode.Pair pair = TestNode.connect(one, two);

    Connection dialler = pair.dialler().connection;
    Connection acceptor = pair.acceptor().connection;
    assertThat(dialler.dialled()).isTrue();
    assertThat(dialler.remoteId()).isEqualTo(two.id);
    assertThat(dialler.remoteAddress()).isEqualTo(two.address);
    assertThat(acceptor.dialled()).isFalse();
    assertThat(acceptor.remoteId()).isEqualTo(one.id);
    assertThat(acceptor.remoteAddress()).isEqualTo(one.address);
  }

  @Test
  void carriesFramesBothWays() {
    TestNode.Pair pair = TestNode.connect(one, two);
    pair.dialler().sendNumber(1);
    pair.acceptor().sendNumber(2);
    pair.dialler().sendNumber(3);
    time.advance(SECOND);

    assertThat(pair.acceptor().numbers()).containsExactly(1, 3);
    assertThat(pair.dialler().numbers()).containsExactly(2);
  }

  @Test
  void carriesTheLargestFrameWhole() {
    TestNode.Pair pair = TestNode.connect(one, two);
    ByteBuffer largest = ByteBuffer.allocate(Transport.FRAME_BYTES_MAX);
    for (int i = 0; i < largest.capacity(); i += 4096) {
      largest.put(i, (byte) (i >> 12));
    }
    ByteBuffer expected = largest.duplicate();
    one.run(() -> pair.dialler().connection.send(largest));
    time.advance(SECOND);

    assertThat(pair.acceptor().frames).containsExactly(expected);
  }

  @Test
  void refusesFramesOfNoBytesAndOfTooMany() {
    TestNode.Pair pair = TestNode.connect(one, two);
    Connection connection = pair.dialler().connection;

    assertThatThrownBy(() -> connection.send(ByteBuffer.allocate(0)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("frame(0 bytes)");
    assertThatThrownBy(() -> connection.send(ByteBuffer.allocate(Transport.FRAME_BYTES_MAX + 1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("is not 1 to 8388608");
  }

  @Test
  void framesThatCameBeforeTheListenerAreDeliveredFirst() {
    List<Connection> accepted = new ArrayList<>();
    TestNode three = new TestNode(network, time, 3);
    three.run(three.transport::close);
    network.bind(
        three.host,
        three.loop,
        three.address,
        three.id,
        TransportSettings.DEFAULTS,
        acceptInto(accepted));
    TestNode.Call call = one.dial(three);
    time.advance(SECOND);
    TestNode.Side dialler = call.connected.get(0);
    dialler.sendNumber(1);
    dialler.sendNumber(2);
    time.advance(SECOND);
    TestNode.Side late = three.new Side(accepted.get(0), false);
    three.run(() -> accepted.get(0).listen(late));
    dialler.sendNumber(3);
    dialler.close(GOODBYE);
    time.advance(SECOND);

    assertThat(late.numbers().subList(0, 2)).containsExactly(1, 2);
    assertThat(late.closed).hasSize(1);
  }

  private static Transport.AcceptListener acceptInto(List<Connection> accepted) {
    return new Transport.AcceptListener() {
      @Override
      public void accepted(Connection connection) {
        accepted.add(connection);
      }

      @Override
      public void refused(java.net.InetSocketAddress remote, Refusal refusal) {
        throw new AssertionError(refusal.toString());
      }
    };
  }

  @Test
  void refusesASecondListener() {
    TestNode.Pair pair = TestNode.connect(one, two);

    assertThatThrownBy(() -> one.run(() -> pair.dialler().connection.listen(pair.dialler())))
        .isInstanceOf(SimulationFailure.class)
        .hasMessageContaining("listen: called twice");
  }

  @Test
  void refusesCallsOffTheLoopButForThoseOfSending() {
    TestNode.Pair pair = TestNode.connect(one, two);
    Connection connection = pair.dialler().connection;
    pair.acceptor().consumes = false;
    assertThat(connection.writable()).isTrue();
    connection.send(ByteBuffer.allocate(10));
    time.advance(SECOND);
    pair.acceptor().connection.consumed(10);

    assertThatThrownBy(() -> connection.close(GOODBYE)).isInstanceOf(AssertionError.class);
    assertThatThrownBy(() -> connection.listen(pair.dialler())).isInstanceOf(AssertionError.class);
    assertThatThrownBy(() -> one.transport.close()).isInstanceOf(AssertionError.class);
    assertThatThrownBy(() -> one.transport.dial(two.address, java.util.Set.of(), one.new Call()))
        .isInstanceOf(AssertionError.class);
  }

  @Test
  void aBufferThatIsChangedAfterSendIsFound() {
    TestNode.Pair pair = TestNode.connect(one, two);
    ByteBuffer frame = ByteBuffer.allocate(10);
    ByteBuffer kept = frame.duplicate();
    one.run(() -> pair.dialler().connection.send(frame));
    kept.put(3, (byte) 1);

    assertThatThrownBy(() -> time.advance(SECOND))
        .isInstanceOf(SimulationFailure.class)
        .hasMessageContaining("was changed after send");
  }

  @Test
  void aBufferThatIsSentTwiceIsFound() {
    TestNode.Pair pair = TestNode.connect(one, two);
    ByteBuffer frame = ByteBuffer.allocate(10);
    pair.dialler().connection.send(frame);

    assertThatThrownBy(() -> pair.dialler().connection.send(frame))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void theReceiverMayKeepAndChangeItsFrame() {
    TestNode.Pair pair = TestNode.connect(one, two);
    pair.dialler().sendNumber(5);
    time.runUntil(() -> !pair.acceptor().frames.isEmpty(), SECOND);
    pair.acceptor().frames.get(0).putInt(0, 6);
    time.advance(SECOND);

    assertThat(pair.acceptor().numbers()).containsExactly(6);
  }

  @Test
  void bothSidesHearTheEndOnceAndTheOtherSideWhy() {
    TestNode.Pair pair = TestNode.connect(one, two);
    pair.dialler().close(GOODBYE);
    pair.dialler().close(Refusal.ours(RefusalReason.LEFT, "again"));
    pair.dialler().sendNumber(1);
    time.advance(SECOND.multipliedBy(20));

    assertThat(pair.dialler().closed).containsExactly(GOODBYE);
    assertThat(pair.acceptor().closed)
        .containsExactly(Refusal.theirs(RefusalReason.DUPLICATE_LINK, "the other"));
    assertThat(pair.acceptor().frames).isEmpty();
    assertThat(one.transport.connections() + two.transport.connections()).isZero();
  }

  @Test
  void whoClosesHearsOfTheEndLaterNotInsideTheCall() {
    TestNode.Pair pair = TestNode.connect(one, two);
    one.run(
        () -> {
          pair.dialler().connection.close(GOODBYE);
          assertThat(pair.dialler().closed).isEmpty();
        });

    assertThat(pair.dialler().closed).containsExactly(GOODBYE);
  }

  @Test
  void aLostGoodbyeIsNoticedBySilence() {
    TestNode.Pair pair = TestNode.connect(one, two);
    network.cut(one.host, two.host);
    pair.dialler().close(GOODBYE);
    time.advance(Duration.ofMillis(4500));
    assertThat(pair.acceptor().closed).isEmpty();

    time.advance(SECOND);
    assertThat(pair.acceptor().closed)
        .extracting(Refusal::reason)
        .containsExactly(RefusalReason.TIMED_OUT);
  }

  @Test
  void whoMissedTheGoodbyeIsToldAgainWhenItSends() {
    TestNode.Pair pair = TestNode.connect(one, two);
    network.cut(one.host, two.host);
    pair.dialler().close(GOODBYE);
    network.heal();
    pair.acceptor().sendNumber(1);
    time.advance(SECOND);

    assertThat(pair.acceptor().closed)
        .containsExactly(Refusal.theirs(RefusalReason.DUPLICATE_LINK, "the other"));
  }

  @Test
  void isUnwritableFromTheHighWaterMarkUntilTheQueueHasDrained() {
    TestNode.Pair pair = TestNode.connect(one, two);
    pair.dialler().sendBytes(TransportSettings.DEFAULTS.sendHighWaterBytes() - 1);
    assertThat(pair.dialler().writable()).isTrue();
    pair.dialler().sendBytes(1);
    assertThat(pair.dialler().writable()).isFalse();

    time.advance(SECOND);

    assertThat(pair.dialler().writable()).isTrue();
    assertThat(pair.dialler().writableAgain).isEqualTo(1);
  }

  @Test
  void writableAgainIsNotToldToWhoNeverFilledTheQueue() {
    TestNode.Pair pair = TestNode.connect(one, two);
    pair.dialler().sendBytes(TransportSettings.DEFAULTS.sendHighWaterBytes() - 1);
    time.advance(SECOND);

    assertThat(pair.dialler().writableAgain).isZero();
  }

  @Test
  void aReaderThatDoesNotConsumeFillsTheQueueOfTheSender() {
    int frameBytes = 256 << 10;
    TestNode.Pair pair = TestNode.connect(one, two);
    pair.acceptor().consumes = false;
    for (int i = 0; i < 100; i++) {
      pair.dialler().sendBytes(frameBytes);
    }
    time.advance(SECOND.multipliedBy(60));

    long delivered = (long) pair.acceptor().frames.size() * frameBytes;
    int most = TransportSettings.DEFAULTS.unconsumedBytesMax();
    assertThat(delivered).isBetween((long) most, (long) most + frameBytes);
    assertThat(pair.dialler().writable()).isFalse();
    assertThat(pair.dialler().closed).isEmpty();
  }

  @Test
  void deliveryGoesOnAsBytesAreConsumed() {
    int frameBytes = 256 << 10;
    TestNode.Pair pair = TestNode.connect(one, two);
    pair.acceptor().consumes = false;
    for (int i = 0; i < 100; i++) {
      pair.dialler().sendBytes(frameBytes);
    }
    time.advance(SECOND);
    int stalledAt = pair.acceptor().frames.size();
    two.run(() -> pair.acceptor().connection.consumed(2 * frameBytes));
    time.advance(SECOND);
    assertThat(pair.acceptor().frames).hasSize(stalledAt + 2);

    pair.acceptor().consumes = true;
    two.run(() -> pair.acceptor().connection.consumed(stalledAt * frameBytes));
    time.advance(SECOND);
    assertThat(pair.acceptor().frames).hasSize(100);
    assertThat(pair.dialler().writableAgain).isEqualTo(1);
  }

  @Test
  void oneFrameLargerThanTheWindowStillPasses() {
    TransportSettings narrow = TransportSettings.DEFAULTS.withReceiving(64 << 10, 1);
    TestNode three = new TestNode(network, time, 3, narrow);
    TestNode.Pair pair = TestNode.connect(one, three);
    pair.acceptor().consumes = false;
    pair.dialler().sendBytes(Transport.FRAME_BYTES_MAX);
    time.advance(SECOND);

    assertThat(pair.acceptor().frames).hasSize(1);
  }

  @Test
  void consumingMoreThanWasDeliveredIsFound() {
    TestNode.Pair pair = TestNode.connect(one, two);
    pair.dialler().sendNumber(1);
    time.advance(SECOND);

    assertThatThrownBy(() -> pair.acceptor().connection.consumed(1))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("only 0 delivered bytes are open");
  }

  @Test
  void sendingOnWithoutAskingForRoomIsFound() {
    TestNode.Pair pair = TestNode.connect(one, two);

    assertThatThrownBy(
            () -> {
              while (true) {
                pair.dialler().connection.send(ByteBuffer.allocate(Transport.FRAME_BYTES_MAX));
              }
            })
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("Look at writable() first");
  }

  @Test
  void anIdleConnectionStaysUp() {
    TestNode.Pair pair = TestNode.connect(one, two);
    time.advance(Duration.ofHours(1));

    assertThat(pair.dialler().closed).isEmpty();
    assertThat(pair.acceptor().closed).isEmpty();
    assertThat(time.runUntilIdle(SECOND)).isTrue();
  }
}
