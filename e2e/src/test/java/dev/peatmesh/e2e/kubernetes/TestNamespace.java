package dev.peatmesh.e2e.kubernetes;

import com.google.gson.JsonObject;
import dev.peatmesh.discovery.k8s.KubernetesSettings;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** A namespace of one test, with the Service of a mesh in it. */
final class TestNamespace implements AutoCloseable {
  /** The port of pods whose port does not matter. */
  static final int PORT = 11204;

  /** The service account of the mesh. */
  static final String ACCOUNT = "peat-mesh";

  private final Cluster cluster;
  private final Path folder;
  private final String name = "peat-" + UUID.randomUUID().toString().substring(0, 8);

  private TestNamespace(Cluster cluster, Path folder) {
    this.cluster = cluster;
    this.folder = folder;
  }

  /** A new one, with Service and service account; files go into the folder. */
  static TestNamespace create(Cluster cluster, Path folder) {
    TestNamespace made = new TestNamespace(cluster, folder);
    made.api()
        .apply("{apiVersion: v1, kind: Namespace, metadata: {name: %s}}".formatted(made.name));
    Await.until(
        "default service account", () -> !made.api().list(made.path("serviceaccounts")).isEmpty());
    made.createAccount();
    made.api().apply(Manifests.service(made.name));
    return made;
  }

  String name() {
    return name;
  }

  Api api() {
    return cluster.api();
  }

  Cluster cluster() {
    return cluster;
  }

  /** Lets the mesh's service account list and watch EndpointSlices here, and nothing else. */
  TestNamespace allow() {
    api().apply(Manifests.role(name, ACCOUNT));
    return this;
  }

  void createAccount() {
    api()
        .apply(
            "{apiVersion: v1, kind: ServiceAccount, metadata: {name: %s, namespace: %s}}"
                .formatted(ACCOUNT, name));
  }

  /** Takes away what a manifest is to bring. */
  TestNamespace empty() {
    deleteAccount();
    api().delete(path("services/" + Manifests.NAME));
    return this;
  }

  void deleteAccount() {
    api().delete(path("serviceaccounts/" + ACCOUNT));
  }

  /** The name under which the API knows the mesh's service account. */
  String user() {
    return "system:serviceaccount:" + name + ":" + ACCOUNT;
  }

  /** A token of the mesh's service account, for an hour. */
  String token() {
    return token(ACCOUNT);
  }

  private String token(String account) {
    JsonObject request =
        Api.json(
            """
            {apiVersion: authentication.k8s.io/v1, kind: TokenRequest,
             spec: {expirationSeconds: 3600}}""");
    return api()
        .create(path("serviceaccounts/" + account + "/token"), request)
        .getAsJsonObject("status")
        .get("token")
        .getAsString();
  }

  /** What the mesh's service account may do here and another account may not. */
  List<String> rights() {
    List<String> rights = rights(cluster.api(token(ACCOUNT)));
    rights.removeAll(rights(cluster.api(token("default"))));
    return rights;
  }

  /** A mount with such a token. */
  TokenMount mount() {
    TokenMount mount =
        TokenMount.create(
            folder.resolve("mount-" + UUID.randomUUID()), name, cluster.certificateAuthority());
    mount.write(token());
    return mount;
  }

  /** Discovery in a pod of this namespace, with a short re-list interval; started. */
  Observer observe() {
    return observe(Observer.settings());
  }

  Observer observe(KubernetesSettings settings) {
    return Observer.start(this, mount(), settings);
  }

  Kubelet kubelet() {
    return new Kubelet(api(), name);
  }

  void statefulSet(int replicas) {
    api().apply(Manifests.workload("StatefulSet", name, replicas, cluster.node()));
  }

  void deployment(int replicas) {
    api().apply(Manifests.workload("Deployment", name, replicas, cluster.node()));
  }

  void scale(int replicas) {
    api().patch(statefulSetPath(), "{spec: {replicas: %d}}".formatted(replicas));
  }

  /** Lets the StatefulSet replace its pods one by one. */
  void roll(String version) {
    api()
        .patch(
            statefulSetPath(),
            "{spec: {template: {metadata: {annotations: {version: \"%s\"}}}}}".formatted(version));
  }

  /** A pod of the mesh that is ready. */
  void pod(String pod, String address) {
    pod(pod, address, PORT, true);
  }

  void pod(String pod, String address, int port, boolean ready) {
    api().apply(Manifests.pod(name, pod, port, cluster.node()));
    status(pod, address, ready);
  }

  /** What a kubelet says of a pod. */
  void status(String pod, String address, boolean ready) {
    api().patch(path("pods/" + pod + "/status"), status(address, ready));
  }

  static String status(String address, boolean ready) {
    return """
        status:
          phase: Running
          podIP: %1$s
          podIPs: [{ip: %1$s}]
          conditions: [{type: Ready, status: "%2$s"}]
        """
        .formatted(address, ready ? "True" : "False");
  }

  /** Asks the pod to end: it does, once it is removed. */
  void terminate(String pod) {
    api().delete(path("pods/" + pod + "?gracePeriodSeconds=60"));
  }

  void remove(String pod) {
    api().delete(path("pods/" + pod + "?gracePeriodSeconds=0"));
  }

  List<JsonObject> slices() {
    return api().list(slicesPath());
  }

  /** A slice that no controller cares for, with one endpoint. */
  void createSlice(String slice, String peer, String address, int port) {
    api().create(slicesPath(), Manifests.slice(name, slice, peer, address, port));
  }

  void replaceSlice(String slice, String peer, String address, int port) {
    api().replace(slicesPath() + "/" + slice, Manifests.slice(name, slice, peer, address, port));
  }

  /** From where a watch would start now. */
  String slicesVersion() {
    return api().get(slicesPath()).getAsJsonObject("metadata").get("resourceVersion").getAsString();
  }

  /** What a watch from that version tells first. */
  JsonObject firstOfWatch(String version) {
    return api().get(slicesPath() + "?watch=true&timeoutSeconds=5&resourceVersion=" + version);
  }

  void deleteSlice(String slice) {
    api().delete(slicesPath() + "/" + slice);
  }

  String slicesPath() {
    return "/apis/discovery.k8s.io/v1/namespaces/" + name + "/endpointslices";
  }

  String path(String resource) {
    return "/api/v1/namespaces/" + name + "/" + resource;
  }

  @Override
  public void close() {
    api().delete("/api/v1/namespaces/" + name);
  }

  private List<String> rights(Api account) {
    JsonObject review =
        Api.json(
            """
            {apiVersion: authorization.k8s.io/v1, kind: SelfSubjectRulesReview,
             spec: {namespace: %s}}"""
                .formatted(name));
    List<String> rights = new ArrayList<>();
    account
        .create("/apis/authorization.k8s.io/v1/selfsubjectrulesreviews", review)
        .getAsJsonObject("status")
        .getAsJsonArray("resourceRules")
        .forEach(
            rule ->
                rule.getAsJsonObject()
                    .getAsJsonArray("verbs")
                    .forEach(
                        verb ->
                            rule.getAsJsonObject()
                                .getAsJsonArray("resources")
                                .forEach(
                                    resource ->
                                        rights.add(
                                            verb.getAsString() + " " + resource.getAsString()))));
    return rights;
  }

  private String statefulSetPath() {
    return "/apis/apps/v1/namespaces/" + name + "/statefulsets/" + Manifests.NAME;
  }
}
