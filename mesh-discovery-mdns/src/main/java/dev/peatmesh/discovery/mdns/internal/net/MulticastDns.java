package dev.peatmesh.discovery.mdns.internal.net;

import dev.peatmesh.discovery.mdns.internal.view.Announcement;
import dev.peatmesh.discovery.mdns.internal.view.LinkSpec;
import dev.peatmesh.discovery.mdns.internal.wire.DnsMessage;
import java.io.IOException;
import java.util.List;

/** Multicast DNS on one link after the other. */
public interface MulticastDns {
  /**
   * Begins to announce this node on the link and to listen there. Returns soon; the announcement
   * follows within seconds.
   *
   * @throws IOException when the link cannot be used; then nothing is left open
   */
  Session open(LinkSpec link, Announcement own, Listener listener) throws IOException;

  /** An open link. */
  interface Session {
    /**
     * Asks everyone on the link.
     *
     * @throws IOException when it cannot be sent
     */
    void ask(List<DnsMessage.Question> questions) throws IOException;

    /** Says goodbye and ends every thread and socket of the session; blocks for seconds. */
    void close();
  }

  /** Who hears what happens on a link; called on threads of the session, must not block. */
  interface Listener {
    /** A neighbour, or this node itself, sent a message that may concern the view. */
    void heard(DnsMessage message);

    /** The session does not work any more; it is to be closed. */
    void failed(String cause);
  }
}
