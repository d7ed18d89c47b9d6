package dev.peatmesh.internal.quic;

import static org.assertj.core.api.Assertions.assertThat;

import dev.peatmesh.internal.quic.Stranger.Face;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.quic.QuicChannel;
import io.netty.handler.codec.quic.QuicStreamChannel;
import io.netty.handler.codec.quic.QuicStreamType;
import java.net.InetSocketAddress;
import org.junit.jupiter.api.Test;

/** A resumed TLS session asks no trust manager: a revoked key would come back in. */
class QuicResumptionIT {
  @Test
  void aSessionIsNeverResumed() throws Exception {
    try (QuicNode node = new QuicNode("a");
        Stranger stranger = Stranger.dialler(Face.of("b"))) {
      for (int i = 0; i < 3; i++) {
        QuicChannel connection = visit(stranger, node.address());
        assertThat(node.nextAccepted().connection().remoteId()).isEqualTo(QuicNode.id("b"));
        assertThat(stranger.resumed(connection)).as("visit %d", i).isFalse();
        connection.close().sync();
      }
    }
  }

  /** Without that precaution it is: the test above can fail. */
  @Test
  void thisStrangerResumesWhereItMay() throws Exception {
    try (Stranger acceptor = Stranger.acceptor(Face.of("a"));
        Stranger stranger = Stranger.dialler(Face.of("b"))) {
      visit(stranger, acceptor.address()).close().sync();
      assertThat(stranger.resumed(visit(stranger, acceptor.address()))).isTrue();
    }
  }

  private static QuicChannel visit(Stranger stranger, InetSocketAddress address) throws Exception {
    QuicChannel connection = stranger.dial(address).get();
    QuicStreamChannel stream = stranger.openStream(connection, QuicStreamType.BIDIRECTIONAL);
    stream.writeAndFlush(Unpooled.buffer().writeInt(0)).sync();
    QuicNode.await("a ticket", stranger::hasTicket);
    return connection;
  }
}
