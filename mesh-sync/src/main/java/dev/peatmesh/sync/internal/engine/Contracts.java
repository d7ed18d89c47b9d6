package dev.peatmesh.sync.internal.engine;

import dev.peatmesh.sync.internal.engine.SyncFrame.CollectionContract;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * Which collections this node and its peers keep in the same way. Each tells the other how it keeps
 * what it has; a collection that both keep differently is not exchanged between the two. Belongs to
 * the document loop.
 */
final class Contracts {
  /** The most collections refused with one peer: no mesh is set up so wrongly by accident. */
  static final int REFUSED_MAX = 4_096;

  private static final int PAGE = 200;

  private final Documents documents;
  private final Holdings holdings;
  private final Links links;

  Contracts(Documents documents, Holdings holdings, Links links) {
    this.documents = documents;
    this.holdings = holdings;
    this.links = links;
  }

  /** Tells a peer how every collection is kept that is configured or used here. */
  void greet(PeerSession session) {
    Set<String> collections = new TreeSet<>(holdings.index().collections());
    collections.addAll(documents.collections());
    List<CollectionContract> page = new ArrayList<>();
    for (String collection : collections) {
      if (session.told.add(collection)) {
        page.add(ours(collection));
      }
      if (page.size() == PAGE) {
        session.outbox().control(new SyncFrame.Contracts(page));
        page = new ArrayList<>();
      }
    }
    if (!page.isEmpty()) {
      session.outbox().control(new SyncFrame.Contracts(page));
    }
  }

  /** Tells all peers before anything of a collection goes to them for the first time. */
  void announce(String collection) {
    for (PeerSession session : links.open()) {
      tell(session, collection);
    }
  }

  /** A peer has told. Returns false when it refuses more than any correct peer does. */
  boolean told(PeerSession session, List<CollectionContract> theirs) {
    for (CollectionContract each : theirs) {
      CollectionContract ours = ours(each.collection());
      if (ours.contract() == each.contract()) {
        continue;
      }
      if (session.refused.size() >= REFUSED_MAX) {
        return false;
      }
      // It must learn of it even though we may have nothing in that collection.
      tell(session, each.collection());
      if (session.refused.add(each.collection())) {
        links.effect(
            new SyncEffect.ModeRefused(
                each.collection(), session.peer(), ours.contract(), each.contract()));
      }
    }
    return true;
  }

  private void tell(PeerSession session, String collection) {
    if (session.told.add(collection)) {
      session.outbox().control(new SyncFrame.Contracts(List.of(ours(collection))));
    }
  }

  private CollectionContract ours(String collection) {
    return new CollectionContract(collection, documents.settings(collection).contract());
  }
}
