package dev.peatmesh.internal.quic;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.handler.codec.quic.Quic;
import io.netty.handler.codec.quic.QuicTokenHandler;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Makes strangers show that they receive at the address they send from, before anything is
 * remembered about them (QUIC Retry, RFC 9000 section 8.1.2). A token is {@code millis(8) ||
 * HMAC-SHA256(millis, address, port, connection id)(32) || connection id}, under a key that lives
 * as long as this object. Mesh loop only.
 */
final class RetryTokens implements QuicTokenHandler {
  private static final Duration LIFETIME = Duration.ofSeconds(10);
  private static final String ALGORITHM = "HmacSHA256";
  private static final int MAC_BYTES = 32;
  private static final int HEADER_BYTES = Long.BYTES + MAC_BYTES;
  private static final int REFUSED = -1;

  private final InstantSource clock;
  private final Mac mac;

  RetryTokens(SecureRandom random, InstantSource clock) {
    this.clock = clock;
    byte[] key = new byte[MAC_BYTES];
    random.nextBytes(key);
    try {
      mac = Mac.getInstance(ALGORITHM);
      mac.init(new SecretKeySpec(key, ALGORITHM));
    } catch (GeneralSecurityException impossible) {
      throw new AssertionError("every Java runtime knows " + ALGORITHM, impossible);
    }
  }

  @Override
  public boolean writeToken(ByteBuf out, ByteBuf connectionId, InetSocketAddress address) {
    long now = clock.millis();
    byte[] id = ByteBufUtil.getBytes(connectionId);
    out.writeLong(now).writeBytes(seal(now, address, id)).writeBytes(id);
    return true;
  }

  @Override
  public int validateToken(ByteBuf token, InetSocketAddress address) {
    int idBytes = token.readableBytes() - HEADER_BYTES;
    if (idBytes < 0 || idBytes > Quic.MAX_CONN_ID_LEN) {
      return REFUSED;
    }
    int start = token.readerIndex();
    long written = token.getLong(start);
    byte[] seal = ByteBufUtil.getBytes(token, start + Long.BYTES, MAC_BYTES);
    byte[] id = ByteBufUtil.getBytes(token, start + HEADER_BYTES, idBytes);
    if (!MessageDigest.isEqual(seal, seal(written, address, id))) {
      return REFUSED;
    }
    // The seal is ours, so the time is: the difference cannot overflow. A clock that was set back
    // refuses for a moment, and the client tries again.
    long age = clock.millis() - written;
    return age >= 0 && age <= LIFETIME.toMillis() ? HEADER_BYTES : REFUSED;
  }

  @Override
  public int maxTokenLength() {
    return HEADER_BYTES + Quic.MAX_CONN_ID_LEN;
  }

  private byte[] seal(long millis, InetSocketAddress address, byte[] connectionId) {
    mac.update(ByteBuffer.allocate(Long.BYTES).putLong(0, millis));
    mac.update(address.getAddress().getAddress());
    mac.update(ByteBuffer.allocate(Short.BYTES).putShort(0, (short) address.getPort()));
    return mac.doFinal(connectionId);
  }
}
