package dev.peatmesh.testkit.kubernetes;

import java.util.Set;

/**
 * One right, as a Role and its RoleBinding give it. Immutable. {@code "*"} in verbs or resources is
 * all of them.
 *
 * @param user who has it, {@code system:serviceaccount:<namespace>:<name>} for a service account
 * @param namespace where; empty for every namespace and for lists across them, as a ClusterRole
 * @param verbs as RBAC writes them: {@code list}, {@code watch}
 * @param resources as RBAC writes them: {@code endpointslices}
 * @see <a href="https://kubernetes.io/docs/reference/access-authn-authz/rbac/">RBAC</a>
 */
public record AccessRule(String user, String namespace, Set<String> verbs, Set<String> resources) {
  static final String RESOURCE = "endpointslices";

  private static final String ANY = "*";

  public AccessRule {
    verbs = Set.copyOf(verbs);
    resources = Set.copyOf(resources);
    if (user.isBlank() || verbs.isEmpty() || resources.isEmpty()) {
      throw new IllegalArgumentException(
          "access rule(\"%s\", %s, %s): allows nobody or nothing. Name a user, a verb, a resource."
              .formatted(user, verbs, resources));
    }
  }

  /** What discovery needs and no more: list and watch in the account's own namespace. */
  public static AccessRule discovery(String namespace, String serviceAccount) {
    return new AccessRule(
        serviceAccount(namespace, serviceAccount),
        namespace,
        Set.of("list", "watch"),
        Set.of(RESOURCE));
  }

  /** The user that a service account is. */
  public static String serviceAccount(String namespace, String name) {
    return "system:serviceaccount:" + namespace + ":" + name;
  }

  boolean allows(String asking, Verb verb, String where, String resource) {
    return user.equals(asking)
        && (namespace.isEmpty() || namespace.equals(where))
        && (verbs.contains(ANY) || verbs.contains(verb.text()))
        && (resources.contains(ANY) || resources.contains(resource));
  }
}
