package dev.peatmesh.discovery.mdns.internal.wire;

import java.io.Serial;

/** Bytes that are no DNS message. Anyone on the link may send them by the thousand: no stack. */
public final class MalformedMessageException extends Exception {
  @Serial private static final long serialVersionUID = 1;

  MalformedMessageException(String problem) {
    super(problem, null, false, false);
  }
}
