package dev.peatmesh.discovery;

import java.time.InstantSource;
import java.util.concurrent.ThreadFactory;

/** What a hybrid lends one of its strategies, from one start of it to its end. Thread-safe. */
final class MemberContext implements DiscoveryContext {
  private final DiscoveryContext lender;
  private final Member member;
  private final HybridSession session;
  private volatile boolean ended;

  MemberContext(DiscoveryContext lender, Member member, HybridSession session) {
    this.lender = lender;
    this.member = member;
    this.session = session;
  }

  /** The strategy was stopped: what it publishes from now on is a fault, and dropped. */
  void end() {
    ended = true;
  }

  boolean isEnded() {
    return ended;
  }

  Member member() {
    return member;
  }

  @Override
  public String nodeId() {
    return lender.nodeId();
  }

  @Override
  public String formationId() {
    return lender.formationId();
  }

  @Override
  public int port() {
    return lender.port();
  }

  @Override
  public String identityOf(String nodeId) {
    return lender.identityOf(nodeId);
  }

  @Override
  public void publish(DiscoveryEvent event) {
    session.published(this, event);
  }

  @Override
  public InstantSource clock() {
    return lender.clock();
  }

  @Override
  public ThreadFactory threads() {
    ThreadFactory lent = lender.threads();
    return task -> {
      Thread thread = lent.newThread(task);
      thread.setName(thread.getName() + "-" + member.name());
      return thread;
    };
  }
}
