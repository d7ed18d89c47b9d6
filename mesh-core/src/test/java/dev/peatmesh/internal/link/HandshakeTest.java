package dev.peatmesh.internal.link;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.peatmesh.RefusalReason;
import dev.peatmesh.crypto.DeviceKeypair;
import dev.peatmesh.crypto.DevicePublicKey;
import dev.peatmesh.crypto.EndpointId;
import dev.peatmesh.crypto.Formation;
import dev.peatmesh.crypto.FormationProof;
import dev.peatmesh.crypto.NodeIdentity;
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
import org.junit.jupiter.api.Test;

class HandshakeTest {
  private static final Formation HOME = formation("home", "a secret that all of them share");
  private static final LocalNode ANN = new LocalNode(HOME.identity("ann"), HOME, 7);
  private static final LocalNode BOB = new LocalNode(HOME.identity("bob"), HOME, 8);

  private final Handshake dialer = handshake(ANN, Role.DIALER, BOB.endpointId(), 1);
  private final Handshake acceptor = handshake(BOB, Role.ACCEPTOR, ANN.endpointId(), 2);

  @Test
  void bothSidesLearnWhoTheOtherIs() {
    assertThat(acceptor.handle(new Handshake.Input.Opened())).isEmpty();
    ByteBuffer hello = sent(dialer.handle(new Handshake.Input.Opened()));
    ByteBuffer helloBack = sent(arrives(acceptor, hello));
    ByteBuffer proof = sent(arrives(dialer, helloBack));
    PeerIdentity seenByAcceptor = verified(arrives(acceptor, proof));
    ByteBuffer proofBack = sent(acceptor.handle(new Handshake.Input.Admitted()));
    PeerIdentity seenByDialer = verified(arrives(dialer, proofBack));

    assertThat(dialer.handle(new Handshake.Input.Admitted())).isEmpty();
    assertThat(seenByAcceptor)
        .isEqualTo(new PeerIdentity("ann", ANN.endpointId(), ANN.identity().deviceId(), 7));
    assertThat(seenByDialer)
        .isEqualTo(new PeerIdentity("bob", BOB.endpointId(), BOB.identity().deviceId(), 8));
  }

  @Test
  void acceptorProvesNothingBeforeTheDialerHas() throws MalformedFrame {
    ByteBuffer hello = sent(dialer.handle(new Handshake.Input.Opened()));
    assertThat(LinkCodec.decode(sent(arrives(acceptor, hello))))
        .isInstanceOf(LinkFrame.Hello.class);

    byte[] forged = new byte[FormationProof.BYTES];
    List<Handshake.Effect> effects = arrives(acceptor, encoded(LinkFrame.Proof.of(forged)));

    assertThat(effects).hasSize(1);
    assertThat(refusal(effects).reason()).isEqualTo(RefusalReason.WRONG_SECRET);
  }

  @Test
  void acceptorProvesNothingToAPeerThatIsNotAdmitted() {
    ByteBuffer hello = sent(dialer.handle(new Handshake.Input.Opened()));
    ByteBuffer proof = sent(arrives(dialer, sent(arrives(acceptor, hello))));

    List<Handshake.Effect> effects = arrives(acceptor, proof);

    assertThat(effects).singleElement().isInstanceOf(Handshake.Effect.Verified.class);
  }

  @Test
  void otherFormationIsRefusedByName() {
    Formation away = formation("away", "a secret that all of them share");
    LocalNode eve = new LocalNode(away.identity("eve"), away, 1);
    ByteBuffer hello =
        sent(handshake(eve, Role.DIALER, BOB.endpointId(), 3).handle(new Handshake.Input.Opened()));

    Refusal refusal = refusal(arrives(acceptor(eve), hello));

    assertThat(refusal.reason()).isEqualTo(RefusalReason.WRONG_FORMATION);
    assertThat(refusal.detail()).isEqualTo("eve is of formation away, bob of home");
  }

  @Test
  void otherSecretIsRefusedByName() {
    Formation fake = formation("home", "a secret that somebody guessed");
    LocalNode eve = new LocalNode(fake.identity("eve"), fake, 1);

    Refusal refusal = refusal(afterProof(eve, acceptor(eve)));

    assertThat(refusal.reason()).isEqualTo(RefusalReason.WRONG_SECRET);
    assertThat(refusal.detail()).contains("eve").contains(eve.endpointId().hex());
  }

  @Test
  void memberUnderAnotherNameThanItsKeyIsRefused() {
    // Carl holds the secret, connects with his own endpoint key and says that he is dora.
    NodeIdentity carl = HOME.identity("carl");
    NodeIdentity mixed =
        new NodeIdentity("dora", HOME.identity("dora").deviceKey(), carl.endpointKey());
    LocalNode liar = new LocalNode(mixed, HOME, 1);

    Refusal refusal = refusal(afterProof(liar, acceptor(liar)));

    assertThat(refusal.reason()).isEqualTo(RefusalReason.WRONG_KEY);
    assertThat(refusal.detail()).contains("dora has endpoint");
  }

  @Test
  void memberWithAnotherDeviceThanItsNameIsRefused() {
    NodeIdentity carl = HOME.identity("carl");
    DeviceKeypair foreign = HOME.identity("dora").deviceKey();
    LocalNode liar = new LocalNode(new NodeIdentity("carl", foreign, carl.endpointKey()), HOME, 1);

    Refusal refusal = refusal(afterProof(liar, acceptor(liar)));

    assertThat(refusal.reason()).isEqualTo(RefusalReason.WRONG_KEY);
    assertThat(refusal.detail()).contains("carl has device");
  }

  @Test
  void proofOfAnotherConnectionIsWorthNothing() {
    ByteBuffer hello = sent(dialer.handle(new Handshake.Input.Opened()));
    ByteBuffer overheard = sent(arrives(dialer, sent(arrives(acceptor, hello))));

    Handshake later = handshake(BOB, Role.ACCEPTOR, ANN.endpointId(), 9);
    sent(arrives(later, hello));

    assertThat(refusal(arrives(later, overheard)).reason()).isEqualTo(RefusalReason.WRONG_SECRET);
  }

  @Test
  void ownProofSentBackIsWorthNothing() {
    ByteBuffer hello = sent(dialer.handle(new Handshake.Input.Opened()));
    ByteBuffer ownProof = sent(arrives(dialer, sent(arrives(acceptor, hello))));

    assertThat(refusal(arrives(dialer, ownProof)).reason()).isEqualTo(RefusalReason.WRONG_SECRET);
  }

  @Test
  void proofMadeForAnotherEndpointIsWorthNothing() {
    // Somebody in between passes ann's messages on over a connection with a key of its own.
    EndpointId between = HOME.endpointId("between");
    Handshake relayed = handshake(BOB, Role.ACCEPTOR, between, 2);
    ByteBuffer hello = sent(dialer.handle(new Handshake.Input.Opened()));
    ByteBuffer proof = sent(arrives(dialer, sent(arrives(relayed, hello))));

    assertThat(refusal(arrives(relayed, proof)).reason()).isEqualTo(RefusalReason.WRONG_SECRET);
  }

  @Test
  void connectionToItselfIsRefused() {
    Handshake own = handshake(ANN, Role.ACCEPTOR, ANN.endpointId(), 3);
    ByteBuffer hello = sent(dialer.handle(new Handshake.Input.Opened()));

    assertThat(refusal(arrives(own, hello)).reason()).isEqualTo(RefusalReason.SELF);
  }

  @Test
  void anotherNodeUnderTheOwnNameIsADuplicateIdentity() {
    LocalNode twin = new LocalNode(ANN.identity(), HOME, ANN.incarnation() + 1);
    Handshake own = handshake(twin, Role.ACCEPTOR, ANN.endpointId(), 3);
    ByteBuffer hello = sent(dialer.handle(new Handshake.Input.Opened()));

    assertThat(refusal(arrives(own, hello)).reason()).isEqualTo(RefusalReason.DUPLICATE_IDENTITY);
  }

  @Test
  void otherVersionIsAMismatch() {
    Refusal refusal = refusal(arrives(acceptor, ByteBuffer.wrap(new byte[] {1, 0, 2, 9, 9})));

    assertThat(refusal.reason()).isEqualTo(RefusalReason.PROTOCOL_MISMATCH);
    assertThat(refusal.detail()).isEqualTo("it speaks link version 2, we speak 1");
  }

  @Test
  void malformedAndMisplacedFramesAreViolations() {
    ByteBuffer hello = sent(dialer.handle(new Handshake.Input.Opened()));
    ByteBuffer proof = encoded(LinkFrame.Proof.of(new byte[FormationProof.BYTES]));
    ByteBuffer sync = ByteBuffer.wrap(new byte[] {0x40, 1});

    assertThat(refusal(arrives(acceptor(ANN), sync)).reason())
        .isEqualTo(RefusalReason.PROTOCOL_VIOLATION);
    assertThat(refusal(arrives(acceptor(ANN), ByteBuffer.allocate(0))).reason())
        .isEqualTo(RefusalReason.PROTOCOL_VIOLATION);
    assertThat(refusal(arrives(acceptor(ANN), proof)).detail())
        .isEqualTo("a proof came instead of a hello");
    sent(arrives(acceptor, hello));
    assertThat(refusal(arrives(acceptor, hello)).detail())
        .isEqualTo("a hello came instead of a proof");
  }

  @Test
  void silenceIsATimeoutThatSaysWhatWasMissing() {
    Refusal refusal = refusal(acceptor.handle(new Handshake.Input.TimedOut(5_000)));

    assertThat(refusal)
        .isEqualTo(Refusal.ours(RefusalReason.HANDSHAKE_TIMEOUT, "no hello after 5000 ms"));
  }

  @Test
  void whatComesAfterARefusalIsIgnored() {
    arrives(acceptor, ByteBuffer.allocate(0));

    ByteBuffer hello = sent(dialer.handle(new Handshake.Input.Opened()));
    assertThat(arrives(acceptor, hello)).isEmpty();
    assertThat(acceptor.handle(new Handshake.Input.TimedOut(5_000))).isEmpty();
  }

  @Test
  void transcriptIsTheOneOfTheContract() throws MalformedFrame {
    LinkFrame.Hello hello =
        (LinkFrame.Hello) LinkCodec.decode(sent(dialer.handle(new Handshake.Input.Opened())));
    ByteBuffer helloBack = sent(arrives(acceptor, encoded(hello)));
    LinkFrame.Proof proof = (LinkFrame.Proof) LinkCodec.decode(sent(arrives(dialer, helloBack)));

    LinkFrame.Hello answer = (LinkFrame.Hello) LinkCodec.decode(helloBack);
    ProofTranscript transcript = new ProofTranscript("home", party(hello, ANN), party(answer, BOB));
    assertThat(FormationProof.verify(HOME.key(), Role.DIALER, transcript, proof.bytes())).isTrue();
  }

  private static Party party(LinkFrame.Hello hello, LocalNode node) {
    DevicePublicKey device = DevicePublicKey.of(HOME.devicePublicKey(hello.nodeName()));
    return new Party(
        hello.nodeName(), node.endpointId(), device, hello.nonce(), node.incarnation());
  }

  /** What bob says to the proof of a dialer. */
  private static List<Handshake.Effect> afterProof(LocalNode from, Handshake bob) {
    Handshake theirs = handshake(from, Role.DIALER, BOB.endpointId(), 3);
    ByteBuffer hello = sent(theirs.handle(new Handshake.Input.Opened()));
    return arrives(bob, sent(arrives(theirs, sent(arrives(bob, hello)))));
  }

  private static Handshake acceptor(LocalNode from) {
    return handshake(BOB, Role.ACCEPTOR, from.endpointId(), 2);
  }

  private static Handshake handshake(LocalNode self, Role role, EndpointId remote, int nonce) {
    byte[] bytes = new byte[Nonce.BYTES];
    bytes[0] = (byte) nonce;
    return new Handshake(self, role, remote, Nonce.of(bytes));
  }

  private static List<Handshake.Effect> arrives(Handshake at, ByteBuffer frame) {
    return at.handle(new Handshake.Input.Arrived(frame));
  }

  private static ByteBuffer sent(List<Handshake.Effect> effects) {
    assertThat(effects).singleElement().isInstanceOf(Handshake.Effect.Send.class);
    return ((Handshake.Effect.Send) effects.get(0)).frame();
  }

  private static PeerIdentity verified(List<Handshake.Effect> effects) {
    assertThat(effects).singleElement().isInstanceOf(Handshake.Effect.Verified.class);
    return ((Handshake.Effect.Verified) effects.get(0)).peer();
  }

  private static Refusal refusal(List<Handshake.Effect> effects) {
    assertThat(effects).singleElement().isInstanceOf(Handshake.Effect.Refuse.class);
    return ((Handshake.Effect.Refuse) effects.get(0)).refusal();
  }

  private static ByteBuffer encoded(LinkFrame frame) {
    return LinkCodec.encode(frame);
  }

  private static Formation formation(String id, String secret) {
    return Formation.of(id, secret.getBytes(UTF_8));
  }
}
