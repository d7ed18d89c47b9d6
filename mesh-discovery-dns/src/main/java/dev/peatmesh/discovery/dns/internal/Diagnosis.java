package dev.peatmesh.discovery.dns.internal;

import dev.peatmesh.discovery.DiscoveryStatus;
import dev.peatmesh.discovery.DiscoveryStatus.Degraded;
import dev.peatmesh.discovery.dns.internal.Answer.Target;
import dev.peatmesh.discovery.dns.internal.ServiceName.Kubernetes;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What is wrong, why, and the line that mends it. Says nothing that changes from answer to answer,
 * so that the same fault has the same words.
 */
record Diagnosis(
    Plan plan,
    Map<Question, Inquiry> inquiries,
    ServiceView view,
    @Nullable String outage,
    int peers) {

  DiscoveryStatus status() {
    return unasked()
        .or(this::unreachable)
        .or(() -> plan.service().flatMap(this::service))
        .or(this::names)
        .map(DiscoveryStatus.class::cast)
        .orElseGet(DiscoveryStatus.Ok::new);
  }

  private Optional<Degraded> unasked() {
    return inquiries.values().stream().anyMatch(Inquiry::isAnswered)
        ? Optional.empty()
        : Optional.of(
            new Degraded(
                "the DNS has not answered yet",
                "Wait: the first answer, or what is wrong with it, comes within seconds."));
  }

  private Optional<Degraded> unreachable() {
    return Optional.ofNullable(outage)
        .map(
            reason ->
                new Degraded(
                    "no DNS server answers: " + reason,
                    "Let this node reach UDP and TCP port 53 of a DNS server, or set \"servers\"."
                        + " In Kubernetes look at: kubectl -n kube-system get pods -l"
                        + " k8s-app=kube-dns, and at NetworkPolicies, which must allow egress to"
                        + " it. Until then the peers known are kept."));
  }

  private Optional<Degraded> service(ServiceName service) {
    Answer latest =
        latest(Question.service(Lookout.absolute(service.srv())))
            .orElse(new Answer.Failed("is not answered yet", false));
    if (latest instanceof Answer.Failed failed) {
      return Optional.of(failed("SRV " + service.srv(), failed));
    }
    if (latest instanceof Answer.Absent absent) {
      return Optional.of(
          service
              .kubernetes()
              .map(kubernetes -> absent(service, kubernetes, absent))
              .orElseGet(() -> absent(service, absent)));
    }
    return service
        .kubernetes()
        .filter(k -> view.toItself())
        .map(Diagnosis::notHeadless)
        .or(() -> unnamed(service))
        .or(this::withoutAddress)
        .or(this::tooMany);
  }

  private static Degraded failed(String question, Answer.Failed failed) {
    return new Degraded(
        question + ": " + failed.reason(),
        "The DNS server is at fault, not this node. In Kubernetes look at: kubectl -n kube-system"
            + " logs -l k8s-app=kube-dns. REFUSED means that the server does not serve this name"
            + " to this node: correct \"servers\" or \"cluster-domain\". Until then the peers"
            + " known are kept.");
  }

  private Degraded absent(ServiceName service, Kubernetes of, Answer.Absent absent) {
    Optional<Answer> host = latest(Question.address(Lookout.absolute(of.host())));
    if (host.filter(Answer.Addresses.class::isInstance).isPresent()) {
      return wrongPort(service, of);
    }
    boolean namespaceMissing =
        latest(Question.address(Lookout.absolute(of.namespaceHost())))
            .filter(answer -> answer instanceof Answer.Absent a && !a.nameExists())
            .isPresent();
    if (namespaceMissing) {
      return wrongNamespace(of);
    }
    boolean empty =
        absent.nameExists()
            || host.filter(a -> a instanceof Answer.Absent n && n.nameExists()).isPresent();
    return empty ? noEndpoints(of) : noService(of);
  }

  private Degraded wrongPort(ServiceName service, Kubernetes of) {
    return new Degraded(
        "Service %s in namespace %s is there, but has no UDP port named %s: no SRV %s"
            .formatted(of.service(), of.namespace(), of.portName(), service.srv()),
        """
        Name the port (kubectl -n %s edit service %s):
        spec:
          ports:
          - name: %s
            protocol: UDP
            port: %d
        or set "port-name" to the name that it has."""
            .formatted(of.namespace(), of.service(), of.portName(), plan.port()));
  }

  private static Degraded wrongNamespace(Kubernetes of) {
    return new Degraded(
        "namespace %s is not in the DNS: no %s".formatted(of.namespace(), of.namespaceHost()),
        "Set \"namespace\" to that of the Service (kubectl get services --all-namespaces"
            + " --field-selector metadata.name="
            + of.service()
            + ") and \"cluster-domain\" to that of the cluster (the search line of"
            + " /etc/resolv.conf in a pod shows it behind svc).");
  }

  private static Degraded noEndpoints(Kubernetes of) {
    return new Degraded(
        "Service %s in namespace %s has no endpoint".formatted(of.service(), of.namespace()),
        """
        See whether its selector selects the pods: kubectl -n %1$s get endpointslices -l \
        kubernetes.io/service-name=%2$s
        Let the DNS show pods before they are ready (kubectl -n %1$s edit service %2$s):
        spec:
          publishNotReadyAddresses: true"""
            .formatted(of.namespace(), of.service()));
  }

  private static Degraded noService(Kubernetes of) {
    return new Degraded(
        "no headless Service %s with a ready pod in namespace %s: no %s"
            .formatted(of.service(), of.namespace(), of.host()),
        """
        See what is there: kubectl -n %1$s get services; kubectl -n %1$s get endpointslices -l \
        kubernetes.io/service-name=%2$s
        Without the Service: create it, or set "service" and "namespace" to those it has.
        Without a ready pod: let the DNS show pods before they are ready (kubectl -n %1$s edit \
        service %2$s):
        spec:
          publishNotReadyAddresses: true"""
            .formatted(of.namespace(), of.service()));
  }

  private Degraded absent(ServiceName service, Answer.Absent absent) {
    return new Degraded(
        absent.nameExists()
            ? "the name %s has no SRV record".formatted(service.srv())
            : "the name %s does not exist".formatted(service.srv()),
        "Correct \"srv\", or add one record for each node: %s. 5 IN SRV 0 0 %d <node id>.<domain>."
            .formatted(service.srv(), plan.port()));
  }

  private static Degraded notHeadless(Kubernetes of) {
    return new Degraded(
        "Service %s in namespace %s is not headless: its SRV record leads to itself, to no pod"
            .formatted(of.service(), of.namespace()),
        """
        A cluster IP cannot be taken away. Delete it (kubectl -n %s delete service %s) and apply \
        it again with:
        spec:
          clusterIP: None"""
            .formatted(of.namespace(), of.service()));
  }

  private Optional<Degraded> unnamed(ServiceName service) {
    if (view.unnamed().isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        new Degraded(
            "%s has targets whose first label is an address and names no node: %s"
                .formatted(service.srv(), String.join(", ", view.unnamed())),
            "Pods of a Deployment have no names in the DNS. Run them as a StatefulSet%s, or use"
                    .formatted(
                        service
                            .kubernetes()
                            .map(of -> " with serviceName: " + of.service())
                            .orElse(""))
                + " discovery \"k8s\", which knows the names of pods."));
  }

  private Optional<Degraded> withoutAddress() {
    return view.targets().values().stream()
        .flatMap(List::stream)
        .filter(target -> target.glue().isEmpty())
        .flatMap(target -> withoutAddress(target).stream())
        .findFirst();
  }

  private Optional<Degraded> withoutAddress(Target target) {
    return latest(Lookout.addressOf(target))
        .flatMap(
            answer -> {
              if (answer instanceof Answer.Failed failed) {
                return Optional.of(failed("address of " + target.host(), failed));
              }
              return answer instanceof Answer.Absent
                  ? Optional.of(
                      new Degraded(
                          "SRV leads to %s, which has no address".formatted(target.host()),
                          "Add an A or AAAA record for it, or take its SRV record away."))
                  : Optional.empty();
            });
  }

  private Optional<Degraded> tooMany() {
    return view.whole()
        ? Optional.empty()
        : Optional.of(
            new Degraded(
                "the SRV records name more than %d peers, or more than one answer of the DNS holds"
                    .formatted(Plan.PEERS_MAX),
                "Split the mesh into several formations, each with a Service of its own."));
  }

  /** Some names may lead nowhere: a list may name pods that are not scaled up yet. */
  private Optional<Degraded> names() {
    List<NamedHost> asked =
        plan.names().stream()
            .filter(name -> inquiries.containsKey(Question.address(name.host())))
            .toList();
    for (NamedHost name : asked) {
      Optional<Answer> latest = latest(Question.address(name.host()));
      if (latest.isPresent() && latest.get() instanceof Answer.Failed failed) {
        return Optional.of(failed("address of " + name.host(), failed));
      }
    }
    boolean nothing =
        !asked.isEmpty()
            && view.targets().isEmpty()
            && asked.stream()
                .map(name -> inquiries.get(Question.address(name.host())))
                .allMatch(inquiry -> inquiry == null || inquiry.addresses().isEmpty());
    return nothing
        ? Optional.of(
            new Degraded(
                "none of the names leads to an address; the first is " + asked.get(0).host(),
                "Correct \"names\". Try one by hand: nslookup " + asked.get(0).host()))
        : Optional.empty();
  }

  private Optional<Answer> latest(Question question) {
    return Optional.ofNullable(inquiries.get(question)).flatMap(Inquiry::latest);
  }
}
