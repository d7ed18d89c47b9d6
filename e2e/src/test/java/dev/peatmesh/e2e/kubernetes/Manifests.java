package dev.peatmesh.e2e.kubernetes;

import com.google.gson.JsonObject;

/** What a user of the mesh applies to a cluster. */
final class Manifests {
  /** Of Service, StatefulSet and Deployment. */
  static final String NAME = "peat-mesh";

  private Manifests() {}

  /** Headless, and with the label that discovery selects by: a Service hands it to its slices. */
  static String service(String namespace) {
    return """
        apiVersion: v1
        kind: Service
        metadata:
          name: peat-mesh
          namespace: %s
          labels: {app: peat-mesh}
        spec:
          clusterIP: None
          selector: {app: peat-mesh}
          ports:
            - {name: broker, port: 8081, protocol: TCP}
            - {name: iroh-quic, port: 11204, targetPort: iroh-quic, protocol: UDP}
        """
        .formatted(namespace);
  }

  static String role(String namespace, String account) {
    return """
        apiVersion: rbac.authorization.k8s.io/v1
        kind: Role
        metadata: {name: discovery, namespace: %1$s}
        rules:
          - apiGroups: [discovery.k8s.io]
            resources: [endpointslices]
            verbs: [list, watch]
        ---
        apiVersion: rbac.authorization.k8s.io/v1
        kind: RoleBinding
        metadata: {name: discovery, namespace: %1$s}
        roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: discovery}
        subjects:
          - {kind: ServiceAccount, name: %2$s, namespace: %1$s}
        """
        .formatted(namespace, account);
  }

  static String pod(String namespace, String name, int port, String node) {
    return """
        apiVersion: v1
        kind: Pod
        metadata:
          name: %s
          namespace: %s
          labels: {app: peat-mesh}
        spec:
        %s
        """
        .formatted(name, namespace, podSpec(port, node).indent(2));
  }

  /** A StatefulSet or a Deployment. */
  static String workload(String kind, String namespace, int replicas, String node) {
    return """
        apiVersion: apps/v1
        kind: %s
        metadata: {name: peat-mesh, namespace: %s}
        spec:
          replicas: %d
          %s
          selector: {matchLabels: {app: peat-mesh}}
          template:
            metadata: {labels: {app: peat-mesh}}
            spec:
        %s
        """
        .formatted(
            kind,
            namespace,
            replicas,
            kind.equals("StatefulSet") ? "serviceName: peat-mesh" : "",
            podSpec(TestNamespace.PORT, node).indent(6));
  }

  static JsonObject slice(String namespace, String name, String peer, String address, int port) {
    return Api.json(
        """
        apiVersion: discovery.k8s.io/v1
        kind: EndpointSlice
        metadata:
          name: %2$s
          namespace: %1$s
          labels: {app: peat-mesh, kubernetes.io/service-name: by-hand}
        addressType: IPv4
        ports: [{name: iroh-quic, port: %5$d, protocol: UDP}]
        endpoints:
          - addresses: ["%4$s"]
            conditions: {ready: true}
            targetRef: {kind: Pod, name: %3$s, namespace: %1$s}
        """
            .formatted(namespace, name, peer, address, port));
  }

  private static String podSpec(int port, String node) {
    return """
        nodeName: %s
        containers:
          - name: mesh
            image: peat-mesh
            ports: [{name: iroh-quic, containerPort: %d, protocol: UDP}]
        """
        .formatted(node, port);
  }
}
