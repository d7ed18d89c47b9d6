package dev.peatmesh.internal.quic;

import dev.peatmesh.RefusalReason;
import dev.peatmesh.internal.transport.Refusal;
import io.netty.handler.codec.quic.QuicConnectionCloseEvent;
import io.netty.handler.codec.quic.QuicTransportError;
import java.util.Optional;
import javax.net.ssl.SSLHandshakeException;

/** Names what QUIC and TLS report, seen from this side and from the other. */
final class Refusals {
  /** TLS alerts (RFC 8446 section 6, RFC 7301) that name a cause of ours. */
  private static final int BAD_CERTIFICATE = 42;

  private static final int UNSUPPORTED_CERTIFICATE = 43;
  private static final int CERTIFICATE_UNKNOWN = 46;
  private static final int DECRYPT_ERROR = 51;
  private static final int CERTIFICATE_REQUIRED = 116;
  private static final int NO_APPLICATION_PROTOCOL = 120;

  private Refusals() {}

  /** What the other side's close frame says. */
  static Refusal told(QuicConnectionCloseEvent close) {
    String text = text(close);
    if (close.isApplicationClose()) {
      return CloseCode.reason(close.error())
          .map(reason -> Refusal.theirs(reason, text))
          .orElseGet(
              () ->
                  Refusal.theirs(
                      RefusalReason.PROTOCOL_VIOLATION,
                      "closed with the unknown code %d: %s".formatted(close.error(), text)));
    }
    if (close.isTlsError()) {
      return toldByAlert(QuicConnectionCloseEvent.extractTlsError(close.error()));
    }
    return toldByTransport(close.error(), text);
  }

  /** Why our side of the handshake failed. */
  static Refusal of(Throwable failure, PeerProof proof) {
    Optional<Refusal> judged = proof.refusal();
    if (judged.isPresent()) {
      return judged.get();
    }
    String text = String.valueOf(failure.getMessage());
    if (!(failure instanceof SSLHandshakeException)) {
      return Refusal.ours(RefusalReason.PROTOCOL_VIOLATION, text);
    }
    if (proof.proved().isPresent()) {
      return Refusal.ours(
          RefusalReason.WRONG_KEY,
          "showed the certificate of %s without its private key".formatted(proof.proved().get()));
    }
    // No certificate was looked at. What it was then, BoringSSL says in its error names only.
    if (text.contains("PEER_DID_NOT_RETURN_A_CERTIFICATE")) {
      return Refusal.ours(RefusalReason.NO_CLIENT_CERTIFICATE, "sent no certificate");
    }
    if (text.contains("NO_APPLICATION_PROTOCOL")) {
      return Refusal.ours(
          RefusalReason.PROTOCOL_MISMATCH, "does not speak %s".formatted(NodeTls.ALPN));
    }
    return Refusal.ours(RefusalReason.PROTOCOL_VIOLATION, "TLS: " + text);
  }

  private static String text(QuicConnectionCloseEvent close) {
    try {
      return CloseCode.decode(close.reason());
    } catch (NullPointerException noText) {
      return ""; // The library copies the text without a look whether there is one.
    }
  }

  private static Refusal toldByAlert(int alert) {
    return switch (alert) {
      case BAD_CERTIFICATE, UNSUPPORTED_CERTIFICATE, CERTIFICATE_UNKNOWN, DECRYPT_ERROR ->
          Refusal.theirs(
              RefusalReason.WRONG_KEY, "does not accept our key (TLS alert %d)".formatted(alert));
      case CERTIFICATE_REQUIRED ->
          Refusal.theirs(RefusalReason.NO_CLIENT_CERTIFICATE, "asks for a certificate of ours");
      case NO_APPLICATION_PROTOCOL ->
          Refusal.theirs(
              RefusalReason.PROTOCOL_MISMATCH, "does not speak %s".formatted(NodeTls.ALPN));
      default -> Refusal.theirs(RefusalReason.PROTOCOL_VIOLATION, "closed with TLS alert " + alert);
    };
  }

  private static Refusal toldByTransport(int error, String text) {
    if (error == code(QuicTransportError.CONNECTION_REFUSED)) {
      return Refusal.theirs(RefusalReason.OVERLOADED, text);
    }
    // In a handshake that is how an application's close looks (RFC 9000 section 10.2.3).
    if (error == code(QuicTransportError.NO_ERROR)
        || error == code(QuicTransportError.APPLICATION_ERROR)) {
      return Refusal.theirs(RefusalReason.LEFT, "closed without giving a reason");
    }
    return Refusal.theirs(
        RefusalReason.PROTOCOL_VIOLATION, "closed with QUIC error 0x%x: %s".formatted(error, text));
  }

  private static int code(QuicTransportError error) {
    return Math.toIntExact(error.code());
  }
}
