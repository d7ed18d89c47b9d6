package dev.peatmesh.discovery;

import java.util.Collection;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The providers on the path, by name. Immutable.
 *
 * <p>A provider that cannot be loaded is logged, kept in {@link #problems} and stops no other.
 */
public final class DiscoveryProviders {
  private static final Logger LOG = LoggerFactory.getLogger(DiscoveryProviders.class);

  private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9-]{0,31}");

  /** The names of ours that live in an artifact of their own. */
  private static final Map<String, String> ARTIFACTS =
      Map.of(
          "k8s", "mesh-discovery-k8s",
          "mdns", "mesh-discovery-mdns",
          "dns", "mesh-discovery-dns");

  /** What people write, and what they mean. */
  private static final Map<String, String> SYNONYMS =
      Map.of(
          "kubernetes", "k8s",
          "zeroconf", "mdns",
          "bonjour", "mdns",
          "multicast", "mdns");

  /** After so many failures the search ends: a broken loader may fail for ever. */
  private static final int FAILURES_MAX = 100;

  /** Sorted by name; the providers of one name by class. More than one is an error when asked. */
  private final Map<String, TreeMap<String, DiscoveryProvider>> byName = new TreeMap<>();

  private final Set<String> problems = new LinkedHashSet<>();

  private DiscoveryProviders() {}

  /** The providers that this library's class loader and the caller's context class loader see. */
  public static DiscoveryProviders load() {
    Set<@Nullable ClassLoader> loaders = new LinkedHashSet<>();
    loaders.add(DiscoveryProviders.class.getClassLoader());
    loaders.add(Thread.currentThread().getContextClassLoader());
    DiscoveryProviders providers = new DiscoveryProviders();
    for (ClassLoader loader : loaders) {
      providers.addAll(ServiceLoader.load(DiscoveryProvider.class, loader).iterator());
    }
    return providers;
  }

  /** Exactly these providers. */
  public static DiscoveryProviders of(Collection<? extends DiscoveryProvider> given) {
    DiscoveryProviders providers = new DiscoveryProviders();
    providers.addAll(given.iterator());
    return providers;
  }

  /** The names that can be chosen, sorted. */
  public List<String> names() {
    return List.copyOf(byName.keySet());
  }

  /** What could not be loaded and why, one line each. */
  public List<String> problems() {
    return List.copyOf(problems);
  }

  /**
   * A strategy of the provider with this name.
   *
   * @throws IllegalArgumentException when there is no such provider, or more than one, or it does
   *     not take the settings or fails; the message says what to do
   */
  public DiscoveryStrategy create(String name, DiscoverySettings settings) {
    TreeMap<String, DiscoveryProvider> found = byName.get(name);
    if (found == null) {
      throw unknown(name);
    }
    if (found.size() > 1) {
      throw bad(
          name, "more than one provider bears that name: " + found.keySet() + ". Remove one.");
    }
    DiscoveryProvider provider = found.firstEntry().getValue();
    try {
      return Objects.requireNonNull(provider.create(settings), "create gave null");
    } catch (IllegalArgumentException badSettings) {
      throw badSettings;
    } catch (RuntimeException | LinkageError e) {
      throw new IllegalArgumentException(
          "discovery(%s): its provider %s failed: %s. Check its artifact and version."
              .formatted(Text.quoted(name), found.firstKey(), e),
          e);
    }
  }

  private void addAll(Iterator<? extends DiscoveryProvider> providers) {
    int failures = 0;
    while (failures < FAILURES_MAX) {
      try {
        if (!providers.hasNext()) {
          return;
        }
        add(providers.next());
      } catch (ServiceConfigurationError | LinkageError e) {
        failures++;
        report("discovery provider: cannot be loaded: " + e + ". Check its artifact.", e);
      }
    }
  }

  private void add(DiscoveryProvider provider) {
    String type = provider.getClass().getName();
    String name;
    try {
      name = provider.name();
    } catch (RuntimeException | LinkageError e) {
      report("discovery provider(" + type + "): its name() failed: " + e + ".", e);
      return;
    }
    if (!isName(name)) {
      report(
          ("discovery provider(%s): its name %s is none: a lower-case letter, then up to 31 more,"
                  + " digits or '-'.")
              .formatted(type, Text.quoted(String.valueOf(name))),
          null);
      return;
    }
    // One class that two loaders or two merged service files name is one provider.
    byName.computeIfAbsent(name, n -> new TreeMap<>()).putIfAbsent(type, provider);
  }

  private void report(String problem, @Nullable Throwable cause) {
    problems.add(problem);
    LOG.atWarn().setCause(cause).addKeyValue("problem", problem).log("discovery provider skipped");
  }

  private IllegalArgumentException unknown(String name) {
    return bad(
        name,
        "no provider of that name is on the path. Found: "
            + names()
            + ". "
            + advice(name)
            + (problems.isEmpty() ? "" : " Not loaded: " + String.join(" ", problems)));
  }

  private String advice(String name) {
    if (name.equals(HybridDiscovery.NAME)) {
      return "It needs no name: all strategies that are named are united.";
    }
    String meant = SYNONYMS.getOrDefault(name, name);
    String artifact = byName.containsKey(meant) ? null : ARTIFACTS.get(meant);
    String add = artifact == null ? "" : "add the " + artifact + " artifact.";
    if (!meant.equals(name)) {
      return "Write \"" + meant + "\"" + (add.isEmpty() ? "." : ", and " + add);
    }
    return add.isEmpty()
        ? "Check the spelling, or add the artifact that provides it."
        : "A" + add.substring(1);
  }

  // What others wrote may give null, whatever its type says.
  private static boolean isName(@Nullable String name) {
    return name != null && NAME.matcher(name).matches();
  }

  private static IllegalArgumentException bad(String name, String problem) {
    return new IllegalArgumentException("discovery(" + Text.quoted(name) + "): " + problem);
  }
}
