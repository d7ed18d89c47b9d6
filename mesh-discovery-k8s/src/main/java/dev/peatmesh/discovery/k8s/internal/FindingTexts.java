package dev.peatmesh.discovery.k8s.internal;

import java.util.List;
import java.util.regex.Pattern;

/** What a finding means, and the line that mends it, in words. */
public final class FindingTexts {
  /** A message names this many of a kind. */
  private static final int SHOWN_MAX = 8;

  private static final Pattern LABELS = Pattern.compile("[A-Za-z0-9./_-]+=[A-Za-z0-9._-]+");

  private final Target target;

  public FindingTexts(Target target) {
    this.target = target;
  }

  /** The finding in words. */
  public Problem of(Finding finding) {
    if (finding instanceof Finding.NothingMatched) {
      return nothingMatched();
    }
    if (finding instanceof Finding.NoEndpoints none) {
      return noEndpoints(none);
    }
    if (finding instanceof Finding.NoPort port) {
      return noPort(port);
    }
    if (finding instanceof Finding.NoneReady none) {
      return noneReady(none);
    }
    if (finding instanceof Finding.OnlyFqdn fqdn) {
      return onlyFqdn(fqdn);
    }
    if (finding instanceof Finding.WithoutPod withoutPod) {
      return withoutPod(withoutPod);
    }
    if (finding instanceof Finding.WithoutAddress withoutAddress) {
      return withoutAddress(withoutAddress);
    }
    if (finding instanceof Finding.TooMany tooMany) {
      return tooMany(tooMany);
    }
    if (finding instanceof Finding.AnnotationsSkipped skipped) {
      return annotationsSkipped(skipped);
    }
    throw new AssertionError("unhandled finding: " + finding);
  }

  private Problem nothingMatched() {
    String missing =
        "no EndpointSlice in namespace %s has the labels %s"
            .formatted(target.quotedNamespace(), target.selector());
    if (!target.service().isEmpty()) {
      return new Problem(
          "nothing matched",
          missing,
          ("Check that the Service \"%s\" exists in that namespace, selects pods and has the"
                  + " labels; it hands them to its EndpointSlices:\n  kubectl -n %s get service %s"
                  + " --show-labels")
              .formatted(target.service(), target.namespace(), target.service()));
    }
    if (LABELS.matcher(target.labelSelector()).matches()) {
      return new Problem(
          "nothing matched",
          missing,
          """
          Give the label to the Service, which hands it to its EndpointSlices:
            kubectl -n %s label service <name> %s
          or set label-selector to a label that it has, or namespace to where it is."""
              .formatted(target.namespace(), target.labelSelector()));
    }
    return new Problem(
        "nothing matched",
        missing,
        ("Give the labels to the Service, which hands them to its EndpointSlices, or set"
                + " label-selector to labels that it has, or namespace to where it is:\n"
                + "  kubectl -n %s get endpointslices --show-labels")
            .formatted(target.namespace()));
  }

  private Problem noEndpoints(Finding.NoEndpoints none) {
    return new Problem(
        "no endpoints",
        "the EndpointSlices%s have no endpoint, not even this pod".formatted(of(none.service())),
        ("Make spec.selector of the Service equal to labels of the pods:\n"
                + "  kubectl -n %s get service%s -o wide\n  kubectl -n %s get pods --show-labels")
            .formatted(target.namespace(), word(none.service()), target.namespace()));
  }

  private Problem noPort(Finding.NoPort none) {
    String seen = none.seen().isEmpty() ? "no port at all" : shown(none.seen());
    if (none.namedButNotUdp()) {
      return new Problem(
          "no port",
          "the port \"%s\"%s is not UDP, and QUIC is; it has: %s"
              .formatted(target.portName(), of(none.service()), seen),
          "Say the protocol at that port in spec.ports of the Service, for TCP is the default:\n"
              + portLines());
    }
    return new Problem(
        "no port",
        "the EndpointSlices%s have no UDP port named \"%s\", nor just one UDP port; they have: %s"
            .formatted(of(none.service()), target.portName(), seen),
        "Add this to spec.ports of the Service, or set port-name to the name that it has there:\n"
            + portLines());
  }

  private String portLines() {
    return "  - name: %s\n    port: %d\n    protocol: UDP"
        .formatted(target.portName(), target.port());
  }

  private Problem noneReady(Finding.NoneReady none) {
    return new Problem(
        "none ready",
        "none of the %d other pods%s is ready".formatted(none.pods(), of(none.service())),
        ("Add this to spec of the headless Service, so that nodes find each other before they are"
                + " ready:\n  publishNotReadyAddresses: true\n"
                + "or set include-not-ready to true, or see why they are not ready:\n"
                + "  kubectl -n %s get pods")
            .formatted(target.namespace()));
  }

  private Problem onlyFqdn(Finding.OnlyFqdn fqdn) {
    return new Problem(
        "only fqdn",
        "the EndpointSlices%s have host names instead of addresses (addressType FQDN)"
            .formatted(of(fqdn.service())),
        "Let the Service select pods (spec.selector), or name these hosts with discovery"
            + " \"static\" or \"dns\".");
  }

  private Problem withoutPod(Finding.WithoutPod finding) {
    return new Problem(
        "without pod",
        "%d endpoints%s name no pod, so nothing says which nodes they are"
            .formatted(finding.endpoints(), of(finding.service())),
        "Let the Service select pods (spec.selector), give hand-made endpoints a targetRef of kind"
            + " Pod whose name is the node's, or name them with discovery \"static\".");
  }

  private Problem withoutAddress(Finding.WithoutAddress finding) {
    return new Problem(
        "without address",
        "%d pods have no address that could be dialled".formatted(finding.pods()),
        "See their addresses:\n  kubectl -n %s get endpointslices -l '%s' -o yaml"
            .formatted(target.namespace(), target.selector()));
  }

  private Problem tooMany(Finding.TooMany tooMany) {
    return new Problem(
        "too many " + tooMany.what(),
        "there are more than %d %s, and the rest is left out"
            .formatted(tooMany.max(), tooMany.what()),
        "Choose fewer: set service to the name of the mesh's own Service, or split the mesh.");
  }

  private Problem annotationsSkipped(Finding.AnnotationsSkipped skipped) {
    return new Problem(
        "annotations " + skipped.slice(),
        "annotations of EndpointSlice \"%s\" were left out, for no peer can carry them: %s"
            .formatted(skipped.slice(), shown(skipped.annotations())),
        "Keep the part behind the prefix and the value short and free of control characters, and"
            + " have few of them.");
  }

  private static String of(String service) {
    return service.isEmpty() ? "" : " of Service \"" + service + "\"";
  }

  private static String word(String service) {
    return service.isEmpty() ? "" : " " + service;
  }

  private static String shown(List<String> texts) {
    String shown = String.join(", ", texts.subList(0, Math.min(SHOWN_MAX, texts.size())));
    return texts.size() > SHOWN_MAX
        ? shown + " and " + (texts.size() - SHOWN_MAX) + " more"
        : shown;
  }
}
