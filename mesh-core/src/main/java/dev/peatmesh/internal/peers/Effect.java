package dev.peatmesh.internal.peers;

import dev.peatmesh.crypto.EndpointId;
import dev.peatmesh.internal.link.Link;
import dev.peatmesh.internal.transport.Refusal;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.Map;
import org.slf4j.event.Level;

/** What is to be done, in the order given. */
public sealed interface Effect {
  /** Resolve a name; answer with {@link Input.Resolved}. */
  record Resolve(long dial, InetSocketAddress name) implements Effect {}

  /**
   * Dial; answer with {@link Input.DialConnected} or {@link Input.DialFailed}.
   *
   * @param expected the endpoint that the other side must prove
   */
  record Dial(long attempt, InetSocketAddress address, EndpointId expected) implements Effect {}

  /** Give a dial up. */
  record CancelDial(long attempt) implements Effect {}

  /** Send a frame. */
  record Send(long connection, ByteBuffer frame) implements Effect {}

  /** Close a connection and say why. Nothing of it matters any more. */
  record Close(long connection, Refusal refusal) implements Effect {}

  /** A link is up: from now on its sync frames go to the layer above. */
  record LinkUp(Link link) implements Effect {}

  /** A link is down. Its connection is closed after that, if it is not yet. */
  record LinkDown(Link link, Refusal why) implements Effect {}

  /** Start a timer, in place of the same one if it runs. */
  record StartTimer(Timer timer, long delayNanos) implements Effect {}

  /** Stop a timer if it runs. */
  record CancelTimer(Timer timer) implements Effect {}

  /** Write a line into the log: constant text, and fields in their order. */
  record Report(Level level, String text, Map<String, Object> fields) implements Effect {}
}
