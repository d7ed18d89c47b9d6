package dev.peatmesh.discovery.mdns.internal.net;

import dev.peatmesh.discovery.mdns.internal.view.Announcement;
import dev.peatmesh.discovery.mdns.internal.view.LinkSpec;
import dev.peatmesh.discovery.mdns.internal.wire.DnsMessage;
import dev.peatmesh.discovery.mdns.internal.wire.MessageWriter;
import dev.peatmesh.discovery.mdns.internal.wire.TimeToLive;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.InetSocketAddress;
import java.net.MulticastSocket;
import java.util.List;
import java.util.function.LongSupplier;
import javax.jmdns.ServiceInfo;
import javax.jmdns.impl.DNSOutgoing;
import javax.jmdns.impl.JmDNSImpl;
import javax.jmdns.impl.constants.DNSConstants;
import org.jspecify.annotations.Nullable;

/**
 * JmDNS as responder on one link: it probes, announces, answers, renames on conflict and says
 * goodbye. Listening and asking are done here, because JmDNS keeps a record as long as its sender
 * likes, without a bound, and cannot tell whether it was heard again.
 *
 * <p>It is a subclass, because that is the only place from which JmDNS can be guarded: it receives
 * from {@link #getSocket}, sends with {@link #send}, and on every fault of its own closes or
 * restarts itself, which is the business of the view. docs/decisions/0011-jmdns.md says more.
 */
final class GuardedResponder extends JmDNSImpl {
  /** Beyond this its cache is emptied: it needs it only to find conflicts when it registers. */
  static final int CACHE_NAMES_MAX = 1024;

  static final int TYPES_MAX = 64;

  // Set behind the super constructor, whose threads may ask for them before.
  private volatile @Nullable GuardedSocket guarded;
  private volatile MulticastDns.@Nullable Listener listener;

  private GuardedResponder(LinkSpec link, Announcement own) throws IOException {
    super(link.address(), own.hostLabel());
  }

  /**
   * Opens the link.
   *
   * @throws IOException when it cannot be used
   */
  static GuardedResponder open(
      LinkSpec link, Announcement own, MulticastDns.Listener listener, LongSupplier nanoTime)
      throws IOException {
    GuardedResponder responder = new GuardedResponder(link, own);
    try {
      Guard guard = new Guard(link, own, listener::heard, nanoTime);
      responder.guarded = new GuardedSocket(responder::socketBehind, guard);
      responder.listener = listener;
      responder.registerService(
          ServiceInfo.create(
              Announcement.SERVICE.toString(),
              own.instanceLabel(),
              own.port(),
              0,
              0,
              MessageWriter.text(own.strings())));
      return responder;
    } catch (IOException | RuntimeException e) {
      responder.leave();
      throw e;
    }
  }

  /** Asks everyone on the link. */
  void ask(List<DnsMessage.Question> questions) throws IOException {
    transmit(MessageWriter.query(questions), group());
  }

  /** Says goodbye and ends; takes two seconds and more. */
  void leave() {
    listener = null;
    super.close();
  }

  /** From here JmDNS receives. */
  @Override
  public MulticastSocket getSocket() {
    keepSmall();
    GuardedSocket socket = guarded;
    return socket == null ? super.getSocket() : socket;
  }

  /** What JmDNS sends: with a shorter life, and without its way of taking failures. */
  @Override
  public void send(DNSOutgoing out) {
    if (out.isEmpty()) {
      return;
    }
    InetSocketAddress to = out.getDestination();
    try {
      transmit(TimeToLive.shorten(out.data()), to == null ? group() : to);
    } catch (IOException e) {
      fail("it cannot send: " + e.getMessage());
    }
  }

  /** JmDNS calls this when it is in trouble; it would start threads that nobody ends. */
  @Override
  public void recover() {
    fail("its responder is in trouble");
  }

  /** JmDNS calls this when it cannot answer. Who opened it ends it with {@link #leave}. */
  @Override
  public void close() {
    fail("its responder gave up");
  }

  private void transmit(byte[] message, InetSocketAddress to) throws IOException {
    MulticastSocket socket = socketBehind();
    if (socket != null && !socket.isClosed()) {
      socket.send(new DatagramPacket(message, message.length, to));
    }
  }

  private InetSocketAddress group() {
    return new InetSocketAddress(getGroup(), DNSConstants.MDNS_PORT);
  }

  private @Nullable MulticastSocket socketBehind() {
    return super.getSocket();
  }

  // Questions carry records too, and JmDNS keeps those.
  private void keepSmall() {
    if (getCache() != null && getCache().size() > CACHE_NAMES_MAX) {
      getCache().clear();
    }
    if (getServiceTypes() != null && getServiceTypes().size() > TYPES_MAX) {
      getServiceTypes().keySet().removeIf(type -> !type.startsWith("_peat."));
    }
  }

  private void fail(String cause) {
    MulticastDns.Listener told = listener;
    if (told != null) {
      told.failed(cause);
    }
  }
}
