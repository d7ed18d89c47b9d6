package dev.peatmesh.testkit.kubernetes;

import dev.peatmesh.testkit.kubernetes.internal.Refusal;
import dev.peatmesh.testkit.kubernetes.internal.Route;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/** Who may do what: tokens and rules. Guarded by the lock of the cluster. */
final class Accounts {
  static final String ADMIN = "kubernetes-admin";

  private static final int ENTRIES_MAX = 10_000;
  private static final String BEARER = "Bearer ";

  private final Map<String, String> users = new HashMap<>();
  private final Set<AccessRule> rules = new LinkedHashSet<>();
  private int issued;

  /** A new token of a user. Not random: it opens nothing but this fake. */
  String issue(String user) {
    checkRoom(users.size());
    issued++;
    String token = "fake-token-" + issued + "-" + Integer.toHexString(user.hashCode());
    users.put(token, user);
    return token;
  }

  void expire(String token) {
    users.remove(token);
  }

  void allow(AccessRule rule) {
    checkRoom(rules.size());
    rules.add(rule);
  }

  void revoke(AccessRule rule) {
    rules.remove(rule);
  }

  /**
   * Whose token this is.
   *
   * @param header the value of Authorization, empty without one
   * @throws Refusal when it is nobody's
   */
  String authenticate(String header) {
    String user =
        header.regionMatches(true, 0, BEARER, 0, BEARER.length())
            ? users.get(header.substring(BEARER.length()).strip())
            : null;
    if (user == null) {
      throw Refusal.unauthorized();
    }
    return user;
  }

  boolean mayDo(String user, Verb verb, Route route) {
    return user.equals(ADMIN)
        || rules.stream()
            .anyMatch(rule -> rule.allows(user, verb, route.namespace(), route.resource()));
  }

  private static void checkRoom(int size) {
    if (size == ENTRIES_MAX) {
      throw new IllegalStateException(
          "accounts(%d): are the most tokens or rules. Expire or revoke some."
              .formatted(ENTRIES_MAX));
    }
  }
}
