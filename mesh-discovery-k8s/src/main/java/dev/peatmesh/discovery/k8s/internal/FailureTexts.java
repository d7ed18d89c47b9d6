package dev.peatmesh.discovery.k8s.internal;

import java.util.Optional;

/** What a failure of the API means, and what to do about it, in words. */
public final class FailureTexts {
  private static final int BAD_REQUEST = 400;
  private static final int UNAUTHORIZED = 401;
  private static final int FORBIDDEN = 403;
  private static final int NOT_FOUND = 404;
  private static final int GONE = 410;
  private static final int TOO_MANY_REQUESTS = 429;

  private final Target target;

  public FailureTexts(Target target) {
    this.target = target;
  }

  /** Before the first answer. */
  public static Problem notAskedYet() {
    return new Problem(
        "starting", "the Kubernetes API has not answered yet", "Wait: it was asked a moment ago.");
  }

  /**
   * The failure in words.
   *
   * @param api the address of the API; empty when it is not known
   * @param account who we are, should the API not say so
   */
  public Problem of(Failure failure, String api, Optional<Account> account) {
    String at = api.isEmpty() ? "the Kubernetes API" : "the Kubernetes API at " + api;
    return switch (failure.kind()) {
      case STATUS -> status(failure, at, account);
      case UNREACHABLE ->
          problem(
              failure,
              at + " cannot be reached" + because(failure),
              "Check that the address is right, and that no NetworkPolicy or firewall keeps this"
                  + " pod from it:\n  kubectl -n default get service,endpointslices kubernetes");
      case TIMEOUT ->
          problem(
              failure,
              at + " took the connection and did not answer in time" + because(failure),
              "Check the load of the API server, and that no proxy in between holds back answers"
                  + " or watches:\n  kubectl get --raw /readyz");
      case TLS ->
          problem(
              failure,
              at + " shows a certificate that is not trusted" + because(failure),
              "Check that the address is one of the certificate's names, that the clock is right,"
                  + " and that the certificate authority is the cluster's: ca.crt of the service"
                  + " account mount, or certificate-authority-data of the kubeconfig.");
      case MALFORMED ->
          problem(
              failure,
              at + " sent what is not an EndpointSlice" + because(failure),
              "Check that the address is that of an API server and not of something before it:\n"
                  + "  kubectl get --raw /version");
      case TOO_LARGE ->
          problem(
              failure,
              at + " sent more than is taken" + because(failure),
              "Choose fewer slices: set service to the name of the mesh's own Service.");
      case NO_CONFIGURATION ->
          problem(
              failure,
              "nothing says where the Kubernetes API is and who we are" + because(failure),
              "In a pod: let the token be mounted, automountServiceAccountToken: true in the pod's"
                  + " spec. Elsewhere: point the setting kubeconfig, or KUBECONFIG, to a file that"
                  + " kubectl can use.");
      case UNSTEADY ->
          problem(
              failure,
              "watches at " + at + " break again and again" + because(failure),
              "Check that no proxy or load balancer in between ends connections early. Until then"
                  + " peers are found by listing, some seconds late.");
    };
  }

  private Problem status(Failure failure, String at, Optional<Account> account) {
    return switch (failure.code()) {
      case BAD_REQUEST ->
          problem(
              failure,
              at + " does not understand the request" + because(failure),
              "Check the setting label-selector, now \"" + target.selector() + "\".");
      case UNAUTHORIZED ->
          problem(
              failure,
              at + " does not accept our token (401)" + because(failure),
              "In a pod nothing: the kubelet renews the token file, and it is read again. If this"
                  + " stays, the service account was deleted or the token is another cluster's:"
                  + " delete the pod, so that it gets a new one. Elsewhere: renew the credentials"
                  + " in the kubeconfig.");
      case FORBIDDEN -> forbidden(failure, at, account);
      case NOT_FOUND ->
          problem(
              failure,
              at
                  + " knows no EndpointSlices in namespace "
                  + target.quotedNamespace()
                  + " (404)"
                  + because(failure),
              "Check that the namespace exists, that the cluster is Kubernetes 1.21 or newer, and"
                  + " that the address is that of its API server:\n  kubectl get namespace "
                  + target.namespace()
                  + "\n  kubectl api-resources --api-group=discovery.k8s.io");
      case GONE ->
          problem(
              failure,
              at + " forgets its versions faster than they are read (410)" + because(failure),
              "Choose fewer slices: set service to the name of the mesh's own Service.");
      case TOO_MANY_REQUESTS ->
          problem(
              failure,
              at + " is asked too much (429)" + because(failure),
              "Give it more to work with, or let this node ask less: raise relist-interval.");
      default ->
          problem(
              failure,
              at + " answers with status " + failure.code() + because(failure),
              "Check the API server and what stands before it:\n  kubectl get --raw /readyz");
    };
  }

  private Problem forbidden(Failure failure, String at, Optional<Account> account) {
    Optional<Account> known = Account.inMessage(failure.text()).or(() -> account);
    return problem(
        failure,
        at
            + " forbids to list and watch EndpointSlices in namespace "
            + target.quotedNamespace()
            + " (403)"
            + because(failure),
        "Apply this to the namespace, or set namespace to the one in which this node may:\n"
            + RbacManifest.of(target.namespace(), known));
  }

  private static Problem problem(Failure failure, String cause, String remedy) {
    return new Problem(failure.kind() + " " + failure.code(), cause, remedy);
  }

  private static String because(Failure failure) {
    return failure.text().isEmpty() ? "" : ": " + withoutStop(failure.text());
  }

  private static String withoutStop(String text) {
    return text.endsWith(".") ? text.substring(0, text.length() - 1) : text;
  }
}
