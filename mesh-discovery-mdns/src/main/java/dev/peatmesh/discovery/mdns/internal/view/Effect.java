package dev.peatmesh.discovery.mdns.internal.view;

import dev.peatmesh.discovery.DiscoveryEvent;
import dev.peatmesh.discovery.mdns.internal.wire.DnsMessage;
import java.util.List;

/** What is to be done. */
public sealed interface Effect {
  /** Open the link and announce this node there; then say {@link Input.Opened} or failed. */
  record Open(LinkSpec link) implements Effect {}

  /** Say goodbye on the link and close it. */
  record Close(LinkKey link) implements Effect {}

  /** Ask everyone on the link. */
  record Ask(LinkKey link, List<DnsMessage.Question> questions) implements Effect {
    public Ask {
      questions = List.copyOf(questions);
    }
  }

  /** Tell the mesh. */
  record Publish(DiscoveryEvent event) implements Effect {}

  /** Tell the operator, once. */
  record Warn(String text, String key, String value) implements Effect {}
}
