package dev.peatmesh.e2e.kubernetes;

import com.google.gson.JsonObject;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * What a kubelet tells the API of the pods of one namespace, without running them: a new pod gets
 * an address that no pod had before and is ready; one that shall end is gone.
 */
final class Kubelet implements AutoCloseable {
  private final Api api;
  private final String pods;
  private final Map<String, String> addresses = new ConcurrentHashMap<>();
  private final AtomicInteger last = new AtomicInteger();
  private final Thread thread;

  Kubelet(Api api, String namespace) {
    this.api = api;
    this.pods = "/api/v1/namespaces/" + namespace + "/pods";
    this.thread = new Thread(this::run, "kubelet-" + namespace);
    thread.setDaemon(true);
    thread.start();
  }

  /** The address that the pod of that name has now, or had last. */
  String address(String pod) {
    return addresses.get(pod);
  }

  @Override
  public void close() {
    thread.interrupt();
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void run() {
    try {
      while (!Thread.currentThread().isInterrupted()) {
        api.watch(pods, this::handle);
      }
    } catch (UncheckedIOException closed) {
      Thread.currentThread().interrupt();
    }
  }

  private void handle(JsonObject event) {
    JsonObject pod = event.getAsJsonObject("object");
    String type = event.get("type").getAsString();
    if (!type.equals("ADDED") && !type.equals("MODIFIED")) {
      return;
    }
    JsonObject metadata = pod.getAsJsonObject("metadata");
    String name = metadata.get("name").getAsString();
    try {
      if (metadata.has("deletionTimestamp")) {
        api.delete(pods + "/" + name + "?gracePeriodSeconds=0");
      } else if (!pod.getAsJsonObject("status").has("podIP")) {
        int number = last.incrementAndGet();
        String address = "10.244." + number / 250 + "." + (number % 250 + 1);
        addresses.put(name, address);
        api.patch(pods + "/" + name + "/status", TestNamespace.status(address, true));
      }
    } catch (Api.Refused gone) {
      if (gone.code != 404 && gone.code != 409) {
        throw gone;
      }
    }
  }
}
