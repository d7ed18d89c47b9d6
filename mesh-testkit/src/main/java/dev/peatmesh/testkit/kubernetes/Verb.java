package dev.peatmesh.testkit.kubernetes;

import java.util.Locale;

/** What a request does, in the words of RBAC. */
public enum Verb {
  GET,
  LIST,
  WATCH,
  CREATE,
  UPDATE,
  PATCH,
  DELETE,
  DELETECOLLECTION,
  /** A path that is no resource: {@code /readyz}, {@code /version}. */
  NONE;

  /** As rules and messages write it. */
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }
}
