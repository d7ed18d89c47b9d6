package dev.peatmesh.internal.link;

import dev.peatmesh.RefusalReason;
import dev.peatmesh.crypto.DevicePublicKey;
import dev.peatmesh.crypto.EndpointId;
import dev.peatmesh.crypto.Nonce;
import dev.peatmesh.crypto.Party;
import dev.peatmesh.crypto.ProofTranscript;
import dev.peatmesh.crypto.Role;
import dev.peatmesh.internal.transport.Refusal;
import dev.peatmesh.internal.wire.LinkCodec;
import dev.peatmesh.internal.wire.LinkFrame;
import dev.peatmesh.internal.wire.MalformedFrame;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Makes sure that both ends of one connection belong to the formation and are who they say.
 *
 * <pre>
 * dialer   hello ──►          proof(dialer) ──►                    authorised
 * acceptor          ◄── hello               ◄── proof(acceptor)    authorised
 * </pre>
 *
 * <p>The acceptor proves nothing to a dialer that has not proved itself. Between a true proof and
 * its consequence stands the admission: whoever runs the handshake may still refuse the peer, for
 * instance because a better link to it exists, and then the other side never thinks it is linked.
 *
 * <p>The proof is judged before the keys that the name implies, so that a node with another secret
 * (all of whose keys differ) hears about the secret. State machine: no I/O, no clock.
 */
public final class Handshake {
  /** What happened. */
  public sealed interface Input {
    /** The connection is up. */
    record Opened() implements Input {}

    /** A whole frame came. */
    record Arrived(ByteBuffer frame) implements Input {}

    /** The verified peer is welcome. */
    record Admitted() implements Input {}

    /** The time for the handshake is over. */
    record TimedOut(long waitedMillis) implements Input {}
  }

  /** What is to be done. */
  public sealed interface Effect {
    /** Send a frame. */
    record Send(ByteBuffer frame) implements Effect {}

    /** The peer has proved itself; answer with {@link Input.Admitted} or close. */
    record Verified(PeerIdentity peer) implements Effect {}

    /** Close. The handshake is over and ignores what still comes. */
    record Refuse(Refusal refusal) implements Effect {}
  }

  private enum Awaiting {
    HELLO,
    PROOF,
    ADMISSION,
    NOTHING
  }

  private final LocalNode self;
  private final Role role;
  private final EndpointId remote;
  private final Party ownParty;
  private Awaiting awaiting = Awaiting.HELLO;
  private LinkFrame.@Nullable Hello theirHello;

  /**
   * A handshake on a new connection.
   *
   * @param role what this side plays
   * @param remote the endpoint that the connection has proved
   */
  public Handshake(LocalNode self, Role role, EndpointId remote, Nonce nonce) {
    this.self = self;
    this.role = role;
    this.remote = remote;
    this.ownParty = self.party(nonce);
  }

  /** Goes one step. */
  public List<Effect> handle(Input input) {
    if (awaiting == Awaiting.NOTHING) {
      return List.of();
    }
    if (input instanceof Input.Opened) {
      return role == Role.DIALER ? List.of(send(ownHello())) : List.of();
    }
    if (input instanceof Input.Arrived arrived) {
      return arrived(arrived.frame());
    }
    if (input instanceof Input.Admitted) {
      return admitted();
    }
    if (input instanceof Input.TimedOut timedOut) {
      return refuse(
          RefusalReason.HANDSHAKE_TIMEOUT,
          "no %s after %d ms".formatted(awaitedText(), timedOut.waitedMillis()));
    }
    throw new AssertionError("unhandled input: " + input);
  }

  private List<Effect> arrived(ByteBuffer bytes) {
    LinkFrame frame;
    try {
      frame = LinkCodec.decode(bytes);
    } catch (MalformedFrame malformed) {
      return refuse(RefusalReason.PROTOCOL_VIOLATION, String.valueOf(malformed.getMessage()));
    }
    if (awaiting == Awaiting.HELLO && frame instanceof LinkFrame.OtherVersion other) {
      return refuse(
          RefusalReason.PROTOCOL_MISMATCH,
          "it speaks link version %d, we speak %d".formatted(other.version(), LinkFrame.VERSION));
    }
    if (awaiting == Awaiting.HELLO && frame instanceof LinkFrame.Hello hello) {
      return hello(hello);
    }
    if (awaiting == Awaiting.PROOF && frame instanceof LinkFrame.Proof proof) {
      return proof(proof);
    }
    return refuse(
        RefusalReason.PROTOCOL_VIOLATION,
        "a %s came instead of a %s"
            .formatted(frame instanceof LinkFrame.Proof ? "proof" : "hello", awaitedText()));
  }

  private List<Effect> hello(LinkFrame.Hello hello) {
    if (!hello.formationId().equals(self.formation().id())) {
      return refuse(
          RefusalReason.WRONG_FORMATION,
          "%s is of formation %s, %s of %s"
              .formatted(
                  hello.nodeName(),
                  hello.formationId(),
                  self.identity().nodeName(),
                  self.formation().id()));
    }
    if (remote.equals(self.endpointId())) {
      return hello.incarnation() == self.incarnation()
          ? refuse(RefusalReason.SELF, "the connection leads back to this node")
          : refuse(
              RefusalReason.DUPLICATE_IDENTITY,
              "another node runs under our own name, " + hello.nodeName());
    }
    theirHello = hello;
    awaiting = Awaiting.PROOF;
    return List.of(send(role == Role.DIALER ? ownProof(hello) : ownHello()));
  }

  private List<Effect> proof(LinkFrame.Proof proof) {
    LinkFrame.Hello hello = known(theirHello);
    Role theirRole = role == Role.DIALER ? Role.ACCEPTOR : Role.DIALER;
    if (!self.verify(theirRole, transcript(hello), proof.bytes())) {
      return refuse(
          RefusalReason.WRONG_SECRET,
          "the proof of %s at endpoint %s does not verify".formatted(hello.nodeName(), remote));
    }
    EndpointId named = self.endpointOf(hello.nodeName());
    if (!named.equals(remote)) {
      return refuse(
          RefusalReason.WRONG_KEY,
          "%s has endpoint %s, not %s".formatted(hello.nodeName(), named, remote));
    }
    DevicePublicKey device = self.deviceOf(hello.nodeName());
    if (!device.equals(hello.device())) {
      return refuse(
          RefusalReason.WRONG_KEY,
          "%s has device %s, not %s"
              .formatted(hello.nodeName(), device.deviceId(), hello.device().deviceId()));
    }
    awaiting = Awaiting.ADMISSION;
    PeerIdentity peer =
        new PeerIdentity(hello.nodeName(), remote, device.deviceId(), hello.incarnation());
    return List.of(new Effect.Verified(peer));
  }

  private List<Effect> admitted() {
    if (awaiting != Awaiting.ADMISSION) {
      throw new AssertionError("admitted while awaiting " + awaiting);
    }
    awaiting = Awaiting.NOTHING;
    return role == Role.ACCEPTOR ? List.of(send(ownProof(known(theirHello)))) : List.of();
  }

  private LinkFrame ownHello() {
    return new LinkFrame.Hello(
        self.formation().id(),
        ownParty.nodeName(),
        ownParty.device(),
        ownParty.incarnation(),
        ownParty.nonce());
  }

  private LinkFrame ownProof(LinkFrame.Hello hello) {
    return LinkFrame.Proof.of(self.prove(role, transcript(hello)));
  }

  private ProofTranscript transcript(LinkFrame.Hello hello) {
    Party theirs =
        new Party(hello.nodeName(), remote, hello.device(), hello.nonce(), hello.incarnation());
    return role == Role.DIALER
        ? new ProofTranscript(self.formation().id(), ownParty, theirs)
        : new ProofTranscript(self.formation().id(), theirs, ownParty);
  }

  private List<Effect> refuse(RefusalReason reason, String detail) {
    awaiting = Awaiting.NOTHING;
    return List.of(new Effect.Refuse(Refusal.ours(reason, detail)));
  }

  private String awaitedText() {
    return awaiting == Awaiting.HELLO ? "hello" : "proof";
  }

  private static Effect send(LinkFrame frame) {
    return new Effect.Send(LinkCodec.encode(frame));
  }

  private static LinkFrame.Hello known(LinkFrame.@Nullable Hello hello) {
    if (hello == null) {
      throw new AssertionError("a proof is judged after a hello");
    }
    return hello;
  }
}
