package dev.peatmesh.testkit.discovery;

import dev.peatmesh.discovery.DiscoveryContext;
import dev.peatmesh.discovery.DiscoveryEvent;
import dev.peatmesh.discovery.DiscoveryStatus;
import dev.peatmesh.discovery.DiscoveryStrategy;
import dev.peatmesh.discovery.PeerInfo;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.ThreadFactory;
import java.util.function.BiConsumer;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/** Does what the right strategy does. Each fault overrides one thing. */
class Wrapped implements DiscoveryStrategy {
  final DiscoveryStrategy right;

  Wrapped(DiscoveryStrategy right) {
    this.right = right;
  }

  /** Publishes something else. */
  static Wrapped relaying(
      DiscoveryStrategy right, BiConsumer<DiscoveryContext, DiscoveryEvent> relay) {
    return new Wrapped(right) {
      @Override
      void relay(DiscoveryContext context, DiscoveryEvent event) {
        relay.accept(context, event);
      }
    };
  }

  /** Publishes some of it. */
  static Wrapped keeping(DiscoveryStrategy right, Predicate<DiscoveryEvent> kept) {
    return relaying(
        right,
        (context, event) -> {
          if (kept.test(event)) {
            context.publish(event);
          }
        });
  }

  /** Lists other peers. */
  static Wrapped listing(DiscoveryStrategy right, UnaryOperator<List<PeerInfo>> change) {
    return new Wrapped(right) {
      @Override
      public List<PeerInfo> discoveredPeers() {
        return change.apply(super.discoveredPeers());
      }
    };
  }

  /** Says that it fares differently. */
  static Wrapped faring(DiscoveryStrategy right, UnaryOperator<DiscoveryStatus> change) {
    return new Wrapped(right) {
      @Override
      public DiscoveryStatus status() {
        return change.apply(super.status());
      }
    };
  }

  /** What the right strategy publishes goes through here. */
  void relay(DiscoveryContext context, DiscoveryEvent event) {
    context.publish(event);
  }

  /** The node id that the right strategy sees. */
  String nodeId(DiscoveryContext context) {
    return context.nodeId();
  }

  /** The formation that the right strategy sees. */
  String formationId(DiscoveryContext context) {
    return context.formationId();
  }

  /** The clock that the right strategy sees. */
  InstantSource clock(DiscoveryContext context) {
    return context.clock();
  }

  @Override
  public String name() {
    return right.name();
  }

  @Override
  public void start(DiscoveryContext context) {
    right.start(new Relay(context));
  }

  @Override
  public void stop() {
    right.stop();
  }

  @Override
  public List<PeerInfo> discoveredPeers() {
    return right.discoveredPeers();
  }

  @Override
  public DiscoveryStatus status() {
    return right.status();
  }

  private final class Relay implements DiscoveryContext {
    private final DiscoveryContext context;

    Relay(DiscoveryContext context) {
      this.context = context;
    }

    @Override
    public String nodeId() {
      return Wrapped.this.nodeId(context);
    }

    @Override
    public String formationId() {
      return Wrapped.this.formationId(context);
    }

    @Override
    public int port() {
      return context.port();
    }

    @Override
    public void publish(DiscoveryEvent event) {
      relay(context, event);
    }

    @Override
    public InstantSource clock() {
      return Wrapped.this.clock(context);
    }

    @Override
    public ThreadFactory threads() {
      return context.threads();
    }
  }
}
