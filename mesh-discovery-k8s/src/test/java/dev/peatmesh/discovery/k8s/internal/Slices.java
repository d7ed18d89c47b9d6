package dev.peatmesh.discovery.k8s.internal;

import io.kubernetes.client.openapi.models.DiscoveryV1EndpointPort;
import io.kubernetes.client.openapi.models.V1Endpoint;
import io.kubernetes.client.openapi.models.V1EndpointConditions;
import io.kubernetes.client.openapi.models.V1EndpointSlice;
import io.kubernetes.client.openapi.models.V1ObjectMeta;
import io.kubernetes.client.openapi.models.V1ObjectReference;

/** Fake EndpointSlices, in few words. */
final class Slices {
  static final String PORT_NAME = "iroh-quic";
  static final int PORT = 11204;

  private Slices() {}

  /** Of Service peat-mesh, IPv4, with the usual two ports. */
  static V1EndpointSlice slice(String name, V1Endpoint... endpoints) {
    V1EndpointSlice slice = bare(name, endpoints);
    slice.addPortsItem(port("broker", "TCP", 8081));
    slice.addPortsItem(port(PORT_NAME, "UDP", PORT));
    return slice;
  }

  /** Without a port. */
  static V1EndpointSlice bare(String name, V1Endpoint... endpoints) {
    V1EndpointSlice slice =
        new V1EndpointSlice()
            .addressType("IPv4")
            .metadata(
                new V1ObjectMeta()
                    .name(name)
                    .putLabelsItem("kubernetes.io/service-name", "peat-mesh"));
    for (V1Endpoint endpoint : endpoints) {
      slice.addEndpointsItem(endpoint);
    }
    return slice;
  }

  static DiscoveryV1EndpointPort port(String name, String protocol, Integer number) {
    return new DiscoveryV1EndpointPort().name(name).protocol(protocol).port(number);
  }

  /** A ready pod. */
  static V1Endpoint ready(String pod, String... addresses) {
    return endpoint(pod, true, true, false, addresses);
  }

  static V1Endpoint endpoint(
      String pod, Boolean ready, Boolean serving, Boolean terminating, String... addresses) {
    V1Endpoint endpoint =
        new V1Endpoint()
            .conditions(
                new V1EndpointConditions().ready(ready).serving(serving).terminating(terminating))
            .targetRef(new V1ObjectReference().kind("Pod").name(pod).uid("uid-" + pod));
    for (String address : addresses) {
      endpoint.addAddressesItem(address);
    }
    return endpoint;
  }
}
