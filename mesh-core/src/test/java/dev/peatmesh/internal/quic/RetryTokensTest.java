package dev.peatmesh.internal.quic;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class RetryTokensTest {
  private static final InetSocketAddress ADDRESS = new InetSocketAddress("192.0.2.7", 1234);
  private static final byte[] CONNECTION_ID = {1, 2, 3, 4, 5, 6, 7, 8};
  private static final int REFUSED = -1;

  private Instant now = Instant.parse("2026-01-01T00:00:00Z");
  private final RetryTokens tokens = new RetryTokens(new SecureRandom(), () -> now);

  @Test
  void aTokenGivesTheConnectionIdBack() {
    ByteBuf token = token();
    assertThat(token.readableBytes()).isLessThanOrEqualTo(tokens.maxTokenLength());
    int offset = tokens.validateToken(token, ADDRESS);
    assertThat(ByteBufUtil.getBytes(token, offset, token.readableBytes() - offset))
        .isEqualTo(CONNECTION_ID);
  }

  @Test
  void aTokenIsGoodForItsAddressOnly() {
    assertThat(tokens.validateToken(token(), new InetSocketAddress("192.0.2.8", 1234)))
        .isEqualTo(REFUSED);
    assertThat(tokens.validateToken(token(), new InetSocketAddress("192.0.2.7", 1235)))
        .isEqualTo(REFUSED);
  }

  @Test
  void aTokenExpires() {
    ByteBuf token = token();
    now = now.plusSeconds(10);
    assertThat(tokens.validateToken(token, ADDRESS)).isNotEqualTo(REFUSED);
    now = now.plusMillis(1);
    assertThat(tokens.validateToken(token, ADDRESS)).isEqualTo(REFUSED);
  }

  @Test
  void aTokenFromTheFutureIsRefused() {
    ByteBuf token = token();
    now = now.minusMillis(1);
    assertThat(tokens.validateToken(token, ADDRESS)).isEqualTo(REFUSED);
  }

  @Test
  void everyChangedBitIsNoticed() {
    ByteBuf token = token();
    for (int bit = 0; bit < token.readableBytes() * Byte.SIZE; bit++) {
      ByteBuf changed = token.copy();
      changed.setByte(bit / 8, changed.getByte(bit / 8) ^ 1 << bit % 8);
      assertThat(tokens.validateToken(changed, ADDRESS)).as("bit %d", bit).isEqualTo(REFUSED);
    }
  }

  @Test
  void shorterAndLongerOnesAreRefused() {
    byte[] token = ByteBufUtil.getBytes(token());
    for (int length = 0; length < token.length; length++) {
      assertThat(tokens.validateToken(Unpooled.wrappedBuffer(token, 0, length), ADDRESS))
          .isEqualTo(REFUSED);
    }
    assertThat(tokens.validateToken(Unpooled.wrappedBuffer(token, new byte[100]), ADDRESS))
        .isEqualTo(REFUSED);
  }

  @Test
  void anotherProcessHasAnotherKey() {
    RetryTokens other = new RetryTokens(new SecureRandom(), () -> now);
    assertThat(other.validateToken(token(), ADDRESS)).isEqualTo(REFUSED);
  }

  private ByteBuf token() {
    ByteBuf out = Unpooled.buffer();
    assertThat(tokens.writeToken(out, Unpooled.wrappedBuffer(CONNECTION_ID), ADDRESS)).isTrue();
    return out;
  }
}
