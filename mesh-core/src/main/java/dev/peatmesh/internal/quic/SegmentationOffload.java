package dev.peatmesh.internal.quic;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.channel.socket.DatagramPacket;
import io.netty.channel.unix.SegmentedDatagramPacket;
import io.netty.handler.codec.quic.EpollQuicUtils;
import io.netty.handler.codec.quic.SegmentedDatagramPacketAllocator;
import java.net.InetSocketAddress;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hands trains of datagrams to the kernel in one piece (UDP GSO), until the kernel or a network
 * device refuses one: some virtual devices of containers answer EIO. Then it falls back for good;
 * QUIC repeats what was lost. Sits before each UDP socket. Mesh loop only.
 */
@Sharable
final class SegmentationOffload extends ChannelOutboundHandlerAdapter
    implements SegmentedDatagramPacketAllocator {
  private static final Logger LOG = LoggerFactory.getLogger(SegmentationOffload.class);

  /** Longer trains are lost as a whole where the receiving side is slow. */
  private static final int SEGMENTS_MAX = 10;

  private final SegmentedDatagramPacketAllocator kernel;
  private boolean refused;

  SegmentationOffload(boolean wanted) {
    kernel =
        wanted
            ? EpollQuicUtils.newSegmentedAllocator(SEGMENTS_MAX)
            : SegmentedDatagramPacketAllocator.NONE;
  }

  @Override
  public int maxNumSegments() {
    return refused ? 0 : kernel.maxNumSegments();
  }

  @Override
  public DatagramPacket newPacket(ByteBuf train, int segmentSize, InetSocketAddress remote) {
    return kernel.newPacket(train, segmentSize, remote);
  }

  @Override
  @SuppressWarnings("FutureReturnValueIgnored") // It is the promise, handed on.
  public void write(ChannelHandlerContext ctx, Object packet, ChannelPromise promise) {
    if (packet instanceof SegmentedDatagramPacket) {
      promise.addListener(
          written -> {
            if (!written.isSuccess() && ctx.channel().isOpen()) {
              fallBack(written.cause());
            }
          });
    }
    ctx.write(packet, promise);
  }

  private void fallBack(Throwable cause) {
    if (!refused) {
      refused = true;
      LOG.atWarn()
          .addKeyValue("cause", cause.getMessage())
          .log("UDP segmentation offload refused by the network device; going on without");
    }
  }
}
