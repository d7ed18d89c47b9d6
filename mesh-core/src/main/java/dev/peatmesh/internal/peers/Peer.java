package dev.peatmesh.internal.peers;

import dev.peatmesh.PeerError;
import dev.peatmesh.PeerState;
import dev.peatmesh.PeerStatus;
import dev.peatmesh.RefusalReason;
import dev.peatmesh.crypto.DeviceId;
import dev.peatmesh.crypto.EndpointId;
import dev.peatmesh.internal.link.Addresses;
import dev.peatmesh.internal.link.Backoff;
import dev.peatmesh.internal.link.Link;
import dev.peatmesh.internal.transport.Refusal;
import java.net.InetSocketAddress;
import java.time.Instant;
import java.util.Collection;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What is known of one peer: who reports it, where it may be, how it went so far. */
final class Peer {
  /** Reasons that are a judgement; the others say that it did not work out this time. */
  private static final Set<RefusalReason> JUDGEMENTS =
      EnumSet.of(
          RefusalReason.WRONG_KEY,
          RefusalReason.NO_CLIENT_CERTIFICATE,
          RefusalReason.PROTOCOL_MISMATCH,
          RefusalReason.WRONG_FORMATION,
          RefusalReason.WRONG_SECRET,
          RefusalReason.DUPLICATE_IDENTITY,
          RefusalReason.SELF,
          RefusalReason.PROTOCOL_VIOLATION);

  private final EndpointId id;
  private final Backoff backoff;
  private final int addressesMax;
  private boolean shown;
  private List<String> sources = List.of();
  private Set<InetSocketAddress> addresses = Set.of();
  private final Set<InetSocketAddress> untried = new LinkedHashSet<>();
  private int addressesDropped;
  private @Nullable String nodeName;
  private @Nullable DeviceId deviceId;
  private PeerState state = PeerState.KNOWN;
  private Instant since;
  private @Nullable PeerError lastError;
  private OptionalLong lastDialNanos = OptionalLong.empty();
  private OptionalLong nextDialNanos = OptionalLong.empty();
  private @Nullable Instant nextDialAt;
  private @Nullable InetSocketAddress proven;
  private final Set<InetSocketAddress> suspects = new LinkedHashSet<>();
  private @Nullable InetSocketAddress linkedAt;
  private boolean linkDialled;
  private boolean linkWasHinted;
  private boolean cameByItself;
  private boolean held;
  private boolean forgetting;

  Peer(EndpointId id, Backoff backoff, int addressesMax, Instant since) {
    this.id = id;
    this.backoff = backoff;
    this.addressesMax = addressesMax;
    this.since = since;
  }

  EndpointId id() {
    return id;
  }

  /** Its name for people: the node name, else the endpoint id. */
  String label() {
    return nodeName == null ? id.hex() : nodeName;
  }

  Optional<String> nodeName() {
    return Optional.ofNullable(nodeName);
  }

  void named(String name) {
    nodeName = name;
  }

  /** It came to us, where nobody may have reported it. */
  void visited() {
    cameByItself = true;
  }

  Backoff backoff() {
    return backoff;
  }

  PeerState state() {
    return state;
  }

  // Hints.

  /**
   * Takes what discovery shows now in place of what it showed.
   *
   * @return whether that is news: a source that did not show it, or an address not known before
   */
  boolean hint(List<String> by, Collection<InetSocketAddress> known) {
    boolean newSource = !shown || !sources.containsAll(by);
    shown = true;
    sources = List.copyOf(by);
    Set<InetSocketAddress> now = new LinkedHashSet<>();
    known.stream().distinct().limit(addressesMax).forEach(now::add);
    addressesDropped = Math.max(0, known.size() - addressesMax);
    boolean newAddress = !addresses.containsAll(now);
    now.stream().filter(address -> !addresses.contains(address)).forEach(untried::add);
    untried.retainAll(now);
    addresses = now;
    linkWasHinted |= isHintOfLink();
    return newSource || newAddress;
  }

  /** Discovery shows it no longer. Its addresses stay until it is forgotten or shown again. */
  void unhint() {
    shown = false;
    sources = List.of();
  }

  boolean isHinted() {
    return shown;
  }

  /** Where it may be: what discovery shows, or showed last. */
  Set<InetSocketAddress> addresses() {
    return addresses;
  }

  /** How many addresses were beyond the bound at the last hint. */
  int addressesDropped() {
    return addressesDropped;
  }

  /** Whether it was shown at an address that no dial has been given yet. */
  boolean hasUntried() {
    return !untried.isEmpty();
  }

  /** A dial has been given every address. */
  void tried() {
    untried.clear();
  }

  /**
   * Whether it is shown elsewhere now than where it is linked: was shown there, is no longer, and
   * is shown at an address not known before. Its link may be dead without a sign, as when a pod was
   * replaced; or all is well, for hints are hints.
   */
  boolean seemsMoved() {
    return linkWasHinted && !isHintOfLink() && hasUntried();
  }

  /** A link that was accepted comes from a port of its own: there the host alone can tell. */
  private boolean isHintOfLink() {
    InetSocketAddress at = linkedAt;
    return at != null
        && (linkDialled
            ? addresses.contains(at)
            : addresses.stream().anyMatch(a -> Addresses.host(a).equals(Addresses.host(at))));
  }

  // Dials.

  /** The address over which it was linked last. */
  @Nullable InetSocketAddress proven() {
    return proven;
  }

  /** Addresses that connected and led to nothing. */
  Set<InetSocketAddress> suspects() {
    return suspects;
  }

  void suspect(InetSocketAddress address) {
    if (address.equals(proven)) {
      proven = null;
    }
    if (suspects.size() < addressesMax) {
      suspects.add(address);
    }
  }

  void dialling(Turn turn) {
    lastDialNanos = OptionalLong.of(turn.nanos());
    notWaiting();
    // A linked one that seems to have moved is dialled too, and stays connected.
    if (state != PeerState.CONNECTED) {
      moveTo(PeerState.DIALLING, turn);
    }
  }

  OptionalLong lastDialNanos() {
    return lastDialNanos;
  }

  OptionalLong nextDialNanos() {
    return nextDialNanos;
  }

  void waiting(long delayNanos, Turn turn) {
    nextDialNanos = OptionalLong.of(turn.nanos() + delayNanos);
    nextDialAt = turn.now().wall().plusNanos(delayNanos);
  }

  void notWaiting() {
    nextDialNanos = OptionalLong.empty();
    nextDialAt = null;
  }

  /** Whether a dial was due and waits for the outcome of a connection that the peer made. */
  boolean held() {
    return held;
  }

  void held(boolean value) {
    held = value;
  }

  // What became of it.

  void connected(Link link, Turn turn) {
    deviceId = link.peer().deviceId();
    suspects.clear();
    if (link.dialled()) {
      proven = link.remote();
    }
    linkedAt = link.remote();
    linkDialled = link.dialled();
    linkWasHinted = isHintOfLink();
    untried.clear();
    held = false;
    notWaiting();
    // Also when a newer link replaces one: it is another one since now.
    state = PeerState.CONNECTED;
    since = turn.now().wall();
  }

  /**
   * Keeps an error.
   *
   * @return whether the last one had another reason: worth a line in the log
   */
  boolean erred(Refusal refusal, Turn turn) {
    PeerError before = lastError;
    lastError = turn.error(refusal);
    return before == null
        || before.reason() != refusal.reason()
        || before.remote() != refusal.remote();
  }

  /** It is neither linked nor dialled now, and that is why. */
  void idle(RefusalReason why, Turn turn) {
    if (isJudgement(why)) {
      moveTo(PeerState.REFUSED, turn);
    } else {
      moveTo(nextDialAt == null ? PeerState.KNOWN : PeerState.BACKING_OFF, turn);
    }
  }

  static boolean isJudgement(RefusalReason reason) {
    return JUDGEMENTS.contains(reason);
  }

  boolean forgetting() {
    return forgetting;
  }

  void forgetting(boolean value) {
    forgetting = value;
  }

  private List<String> sources() {
    return sources.isEmpty() && cameByItself ? List.of(PeerStatus.INBOUND) : sources;
  }

  private void moveTo(PeerState next, Turn turn) {
    if (state != next) {
      state = next;
      since = turn.now().wall();
    }
  }

  PeerStatus status() {
    return new PeerStatus(
        nodeName == null ? PeerStatus.UNKNOWN_NAME : nodeName,
        Optional.of(id),
        Optional.ofNullable(deviceId),
        state,
        false,
        sources(),
        addresses.stream().map(Addresses::text).toList(),
        since,
        Optional.ofNullable(lastError),
        Optional.ofNullable(nextDialAt));
  }
}
