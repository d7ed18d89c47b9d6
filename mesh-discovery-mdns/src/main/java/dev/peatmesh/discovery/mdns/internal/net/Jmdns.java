package dev.peatmesh.discovery.mdns.internal.net;

import dev.peatmesh.discovery.mdns.internal.view.Announcement;
import dev.peatmesh.discovery.mdns.internal.view.LinkSpec;
import dev.peatmesh.discovery.mdns.internal.wire.DnsMessage;
import java.io.IOException;
import java.util.List;
import java.util.function.LongSupplier;

/**
 * Multicast DNS by JmDNS: one responder per link.
 *
 * @param nanoTime the time for limits of rates
 */
public record Jmdns(LongSupplier nanoTime) implements MulticastDns {
  @Override
  public Session open(LinkSpec link, Announcement own, Listener listener) throws IOException {
    GuardedResponder responder = GuardedResponder.open(link, own, listener, nanoTime);
    return new Session() {
      @Override
      public void ask(List<DnsMessage.Question> questions) throws IOException {
        responder.ask(questions);
      }

      @Override
      public void close() {
        responder.leave();
      }
    };
  }
}
