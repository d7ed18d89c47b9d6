package dev.peatmesh.internal.quic;

import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelInitializer;
import io.netty.handler.codec.quic.QuicStreamChannel;

/** Gives a stream that has come up to its connection. */
@Sharable
final class StreamOpener extends ChannelInitializer<QuicStreamChannel> {
  @Override
  protected void initChannel(QuicStreamChannel stream) {
    stream.parent().pipeline().get(QuicConnection.class).streamOpened(stream);
  }
}
