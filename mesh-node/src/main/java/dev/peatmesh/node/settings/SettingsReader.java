package dev.peatmesh.node.settings;

import dev.peatmesh.crypto.Formation;
import dev.peatmesh.crypto.NodeIdentity;
import dev.peatmesh.discovery.DiscoverySettings;
import dev.peatmesh.discovery.StaticDiscovery;
import dev.peatmesh.node.settings.Setting.Given;
import dev.peatmesh.runtime.MeshException;
import dev.peatmesh.sync.CompactionSettings;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Makes settings of flags and environment; a flag beats a variable. Collects every mistake. One
 * use, one thread.
 */
public final class SettingsReader {
  /** The QUIC port of a node, where none is set. */
  public static final int BIND_PORT_DEFAULT = 11_204;

  private static final String NAME_DEFAULT = "peat-mesh-0";
  private static final String FORMATION_DEFAULT = "default";
  private static final String BIND_HOST_DEFAULT = "0.0.0.0";
  private static final Pattern IP_LITERAL =
      Pattern.compile(
          "(?:(?:25[0-5]|2[0-4]\\d|1?\\d{1,2})(?:\\.(?!$)|$)){4}"
              + "|(?=.*:)[0-9a-fA-F:][0-9a-fA-F:.]*(?:%[\\w.-]+)?");

  private final NodeFlags flags;
  private final Map<String, String> environment;
  private final Machine machine;
  private final List<String> problems = new ArrayList<>();
  private final List<String> warnings = new ArrayList<>();

  private SettingsReader(NodeFlags flags, Map<String, String> environment, Machine machine) {
    this.flags = flags;
    this.environment = environment;
    this.machine = machine;
  }

  /**
   * Checks and combines.
   *
   * @throws MeshException.BadConfiguration with every setting that cannot work
   */
  public static NodeSettings read(
      NodeFlags flags, Map<String, String> environment, Machine machine) {
    return new SettingsReader(flags, environment, machine).read();
  }

  private NodeSettings read() {
    String name = name();
    String formation =
        parsed(
            Setting.FORMATION,
            flags.formation(),
            FORMATION_DEFAULT,
            given -> named(given, Formation::checkId));
    FormationSecret secret = secret();
    List<String> peers = peers();
    Map<String, DiscoverySettings> discovery =
        new DiscoveryReader(flags.discovery(), environment, problems, warnings).read(machine);
    String bindHost =
        parsed(Setting.BIND_HOST, flags.bindHost(), BIND_HOST_DEFAULT, SettingsReader::ipLiteral);
    Integer bindPort =
        parsed(Setting.BIND_PORT, flags.bindPort(), BIND_PORT_DEFAULT, SettingsReader::port);
    Path data = dataDirectory();
    CompactionSettings compaction =
        new CompactionReader(flags.compaction(), environment, problems).read();
    if (bindHost != null && bindPort != null) {
      addProblem(portGiven().source(), machine.refusesPort(bindHost, bindPort));
    }
    problems.addAll(MeshVariables.problems(environment));
    warnings.addAll(MeshVariables.warnings(environment));
    if (!problems.isEmpty()) {
      if (secret != null) {
        secret.destroy();
      }
      throw new MeshException.BadConfiguration(problems);
    }
    // Where there is no problem, there is a value.
    return new NodeSettings(
        Objects.requireNonNull(name),
        Objects.requireNonNull(formation),
        Objects.requireNonNull(secret),
        peers,
        discovery,
        Objects.requireNonNull(bindHost),
        Objects.requireNonNull(bindPort),
        data,
        compaction,
        warnings);
  }

  private @Nullable String name() {
    Optional<Given> given = Setting.NAME.given(flags.name(), environment);
    if (given.isEmpty()) {
      warnings.add(
          "no --name, POD_NAME or HOSTNAME is set: this node is "
              + NAME_DEFAULT
              + "; a second one of that name in the formation would be shut out");
    }
    return parsed(
        Setting.NAME, flags.name(), NAME_DEFAULT, name -> named(name, NodeIdentity::checkName));
  }

  /** Never quoted: {@link Given#quoted} is not for this one. */
  private @Nullable FormationSecret secret() {
    try {
      String file = flags.secretFile();
      if (file != null) {
        return FormationSecret.read(Setting.SECRET.flag(), Path.of(file));
      }
      Optional<Given> variable = Setting.SECRET.given(environment);
      if (variable.isPresent()) {
        return FormationSecret.decode(variable.get().source(), variable.get().text());
      }
      problems.add(
          "--secret-file: is missing, and PEAT_FORMATION_SECRET is not set. Give one of them: the"
              + " secret that all nodes of the formation share, in base64. Make one: openssl rand"
              + " -base64 32");
    } catch (IllegalArgumentException bad) {
      problems.add(message(bad));
    }
    return null;
  }

  /** One text for each flag, or the one list of the variable. */
  private List<String> peers() {
    Optional<Given> variable = Setting.PEERS.given(environment);
    if (!flags.peers().isEmpty()) {
      return peers(Setting.PEERS.flag(), flags.peers());
    }
    return variable.isEmpty()
        ? List.of()
        : peers(variable.get().source(), List.of(variable.get().text().split(",", -1)));
  }

  private List<String> peers(String source, List<String> entries) {
    try {
      StaticDiscovery.parse(entries);
    } catch (IllegalArgumentException bad) {
      problems.add(source + ": " + message(bad));
    }
    return entries;
  }

  private @Nullable Path dataDirectory() {
    Optional<Given> given = Setting.DATA_DIRECTORY.given(flags.dataDirectory(), environment);
    Path directory = given.map(text -> parsed(text, SettingsReader::path)).orElse(null);
    if (directory != null) {
      addProblem(given.get().quoted(), machine.refusesDirectory(directory));
    }
    return directory;
  }

  private Given portGiven() {
    return Setting.BIND_PORT
        .given(flags.bindPort(), environment)
        .orElse(new Given(Setting.BIND_PORT.flag(), Integer.toString(BIND_PORT_DEFAULT)));
  }

  private void addProblem(String source, Optional<String> problem) {
    problem.ifPresent(text -> problems.add(source + ": " + text));
  }

  private <T> @Nullable T parsed(
      Setting setting, @Nullable String flag, T fallback, Function<Given, T> parser) {
    Optional<Given> given = setting.given(flag, environment);
    return given.isEmpty() ? fallback : parsed(given.get(), parser);
  }

  private <T> @Nullable T parsed(Given given, Function<Given, T> parser) {
    try {
      return parser.apply(given);
    } catch (IllegalArgumentException bad) {
      problems.add(message(bad));
      return null;
    }
  }

  private static String named(Given given, Function<String, String> check) {
    try {
      return check.apply(given.text());
    } catch (IllegalArgumentException bad) {
      throw new IllegalArgumentException(given.source() + ": " + message(bad), bad);
    }
  }

  private static int port(Given given) {
    try {
      int port = Integer.parseInt(given.text().strip());
      if (port >= 0 && port <= 65_535) {
        return port;
      }
    } catch (NumberFormatException notANumber) {
      // The same answer as for a number out of range.
    }
    throw new IllegalArgumentException(
        given.quoted()
            + ": is no port. 0 to 65535; 0 takes any free one; the default is "
            + BIND_PORT_DEFAULT
            + ".");
  }

  /** No name is looked up: what it means could change between two starts. */
  private static String ipLiteral(Given given) {
    String text = given.text().strip();
    if (IP_LITERAL.matcher(text).matches()) {
      try {
        InetAddress.getByName(text);
        return text;
      } catch (UnknownHostException notALiteral) {
        // Said below.
      }
    }
    throw new IllegalArgumentException(
        given.quoted()
            + ": is no IP address. Use an address of this machine, such as 127.0.0.1 or ::1; the"
            + " default "
            + BIND_HOST_DEFAULT
            + " is every interface.");
  }

  private static Path path(Given given) {
    try {
      return Path.of(given.text());
    } catch (InvalidPathException bad) {
      throw new IllegalArgumentException(
          given.quoted() + ": is no path: " + bad.getReason() + ". Use the path of a directory.",
          bad);
    }
  }

  private static String message(IllegalArgumentException bad) {
    return String.valueOf(bad.getMessage());
  }
}
