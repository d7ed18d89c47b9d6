package dev.peatmesh.discovery.mdns.internal.view;

import dev.peatmesh.discovery.mdns.internal.wire.DnsMessage;
import java.util.List;

/** What happens to the view. */
public sealed interface Input {
  /** The interfaces of this host, as they are now. */
  record Nics(List<Nic> nics) implements Input {
    public Nics {
      nics = List.copyOf(nics);
    }
  }

  /** A link was opened. */
  record Opened(LinkKey link) implements Input {}

  /** A link could not be opened, or does not send any more: it is being closed. */
  record Failed(LinkKey link, String cause) implements Input {}

  /** A link that was to be closed, or had failed, holds nothing any more. */
  record Closed(LinkKey link) implements Input {}

  /** A neighbour on the link sent this. */
  record Heard(LinkKey link, DnsMessage message) implements Input {}

  /** Time passed. Comes several times a second. */
  record Tick() implements Input {}
}
