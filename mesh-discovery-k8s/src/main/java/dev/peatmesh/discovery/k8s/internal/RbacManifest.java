package dev.peatmesh.discovery.k8s.internal;

import java.util.Optional;

/**
 * The Role and RoleBinding that let an account list and watch EndpointSlices in one namespace, and
 * nothing else (https://kubernetes.io/docs/reference/access-authn-authz/rbac/).
 */
final class RbacManifest {
  private static final String ROLE =
      """
      apiVersion: rbac.authorization.k8s.io/v1
      kind: Role
      metadata:
        name: peat-mesh-discovery
        namespace: %1$s
      rules:
        - apiGroups: ["discovery.k8s.io"]
          resources: ["endpointslices"]
          verbs: ["list", "watch"]
      ---
      apiVersion: rbac.authorization.k8s.io/v1
      kind: RoleBinding
      metadata:
        name: peat-mesh-discovery
        namespace: %1$s
      roleRef:
        apiGroup: rbac.authorization.k8s.io
        kind: Role
        name: peat-mesh-discovery
      subjects:
      %2$s""";

  private static final String SERVICE_ACCOUNT =
      """
        - kind: ServiceAccount
          name: %s
          namespace: %s
      """;

  private static final String USER =
      """
        - kind: User
          name: "%s"
          apiGroup: rbac.authorization.k8s.io
      """;

  /** YAML that does not pass for a name: whoever applies it unread gets an error. */
  private static final String UNKNOWN =
      """
        - kind: ServiceAccount
          name: <the service account of this pod>
          namespace: %s
      """;

  private RbacManifest() {}

  static String of(String namespace, Optional<Account> account) {
    return ROLE.formatted(namespace, subject(namespace, account));
  }

  private static String subject(String namespace, Optional<Account> account) {
    if (account.isEmpty()) {
      return UNKNOWN.formatted(namespace);
    }
    Account known = account.get();
    if (known instanceof Account.ServiceAccount sa) {
      return SERVICE_ACCOUNT.formatted(sa.name(), sa.namespace());
    }
    if (known instanceof Account.User user) {
      return USER.formatted(user.name());
    }
    throw new AssertionError("unhandled account: " + known);
  }
}
