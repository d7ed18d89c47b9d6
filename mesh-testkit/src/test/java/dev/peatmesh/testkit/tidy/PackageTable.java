package dev.peatmesh.testkit.tidy;

import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** Which package may use which other ones: the picture in ARCHITECTURE.md, as data. */
final class PackageTable {
  private static final String ROOT = "dev.peatmesh";

  private final Map<String, Set<String>> allowed = new LinkedHashMap<>();

  /** The whole codebase. Names are below {@code dev.peatmesh}; the empty one is itself. */
  static PackageTable ofTheArchitecture() {
    PackageTable table = new PackageTable();
    table.runtime();
    table.sync();
    table.core();
    table.testkit();
    return table;
  }

  private void runtime() {
    row("runtime");
    row("crypto");
    row("discovery");
    row("discovery.internal", "discovery");
  }

  private void sync() {
    // TypedCollection, DocumentJson: see PackagesTest.
    row("sync", "runtime", "sync.internal.typed", "sync.internal.json");
    String guard = "sync.internal.guard";
    String nativelib = "sync.internal.nativelib";
    String value = "sync.internal.value";
    String crdt = "sync.internal.crdt";
    String latest = "sync.internal.latest";
    String reconcile = "sync.internal.reconcile";
    String engine = "sync.internal.engine";
    String query = "sync.internal.query";
    String feed = "sync.internal.feed";
    String store = "sync.internal.store";
    row(nativelib);
    row(guard, "sync", "runtime");
    row(value, "sync", "runtime", guard);
    row("sync.internal.file", "runtime", guard);
    row("sync.internal.json", "sync", "runtime");
    row("sync.internal.typed", "sync", "runtime", crdt, value);
    row(query, "sync", "runtime");
    row(feed, "sync", "runtime", guard, query);
    row(reconcile, "sync", "runtime", guard);
    row(engine, "sync", "runtime", guard, reconcile);
    row(latest, "sync", "runtime", guard, value);
    row(crdt, "sync", "runtime", guard, value, nativelib);
    row(store, "sync", "runtime", guard, nativelib, reconcile, feed);
    row(
        "sync.internal.replica",
        "sync",
        "runtime",
        guard,
        value,
        "sync.internal.file",
        reconcile,
        engine,
        latest,
        crdt,
        query,
        feed,
        store);
  }

  private void core() {
    // The builder alone reaches inwards: see PackagesTest.
    row("", "runtime", "crypto", "discovery", "sync", "internal.node");
    row("internal.transport", "", "crypto", "runtime");
    row("internal.wire", "", "crypto");
    row("internal.link", "", "crypto", "internal.wire", "internal.transport");
    row(
        "internal.peers",
        "",
        "crypto",
        "discovery",
        "internal.link",
        "internal.wire",
        "internal.transport");
    row("internal.quic", "", "crypto", "runtime", "internal.transport");
    row(
        "internal.network",
        "",
        "crypto",
        "discovery",
        "runtime",
        "internal.peers",
        "internal.link",
        "internal.wire",
        "internal.transport");
    row(
        "internal.node",
        "",
        "crypto",
        "discovery",
        "runtime",
        "sync",
        "sync.internal.replica",
        "sync.internal.engine",
        "sync.internal.store",
        "sync.internal.guard",
        "internal.network",
        "internal.peers",
        "internal.link",
        "internal.wire",
        "internal.transport",
        "internal.quic");
  }

  /** The simulator wires the parts anew, so it sees them; but neither QUIC nor automerge. */
  private void testkit() {
    String[] parts = {
      "",
      "runtime",
      "crypto",
      "discovery",
      "sync",
      "sync.internal.replica",
      "sync.internal.engine",
      "sync.internal.reconcile",
      "sync.internal.store",
      "sync.internal.guard",
      "internal.node",
      "internal.network",
      "internal.peers",
      "internal.link",
      "internal.wire",
      "internal.transport",
      "testkit",
      "testkit.internal"
    };
    row("testkit", parts);
    row("testkit.internal", parts);
    row("testkit.discovery", "discovery");
    row("testkit.dns");
    row("testkit.kubernetes.internal");
    row("testkit.kubernetes", "testkit.kubernetes.internal");
  }

  PackageTable row(String from, String... to) {
    Set<String> names = new HashSet<>();
    Arrays.stream(to).map(PackageTable::qualified).forEach(names::add);
    names.add(qualified(from));
    if (allowed.put(qualified(from), names) != null) {
      throw new IllegalArgumentException("row(" + from + "): is there already.");
    }
    return this;
  }

  Set<String> packages() {
    return allowed.keySet();
  }

  /** Whether one package of ours may use another; what is not ours is not judged here. */
  boolean allows(String from, String to) {
    return !ProductClasses.isWithin(to, ROOT)
        || allowed.getOrDefault(from, Set.of(from)).contains(to);
  }

  private static String qualified(String name) {
    return name.isEmpty() ? ROOT : ROOT + "." + name;
  }
}
