package dev.peatmesh.e2e.lan;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * An avahi-daemon on a host, which announces a node that is none, with a message bus of its own for
 * those who ask it what it sees. Nothing of it is outside its folder and its host.
 */
final class Avahi implements AutoCloseable {
  /** The port of the node that it announces. */
  static final int PORT = 12_000;

  private static final String BUS =
      """
      <!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
       "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
      <busconfig><type>system</type><listen>unix:path=%s</listen><auth>EXTERNAL</auth>
      <policy context="default"><allow user="*"/><allow own="*"/>
      <allow send_type="method_call"/><allow send_destination="*" eavesdrop="true"/>
      <allow receive_sender="*" eavesdrop="true"/></policy></busconfig>
      """;

  private static final String DAEMON =
      """
      [server]
      host-name=%s
      use-ipv4=yes
      use-ipv6=yes
      enable-dbus=yes
      allow-interfaces=eth0
      [publish]
      publish-workstation=no
      publish-hinfo=no
      """;

  private static final String SERVICE =
      """
      <?xml version="1.0" standalone='no'?><!DOCTYPE service-group SYSTEM "avahi-service.dtd">
      <service-group><name>%1$s</name><service><type>_peat._udp</type><port>%2$d</port>
      <txt-record>node_id=%1$s</txt-record><txt-record>port=%2$d</txt-record>
      <txt-record>formation_id=e2e</txt-record></service></service-group>
      """;

  private final Lan.Host host;
  private final Path folder;
  private final Process process;

  private Avahi(Lan.Host host, Path folder, Process process) {
    this.host = host;
    this.folder = folder;
    this.process = process;
  }

  /** Starts one that announces a node of that name. */
  static Avahi start(Lan.Host host, String name) {
    try {
      Path folder = Files.createTempDirectory("peat-avahi-");
      Files.createDirectories(folder.resolve("services"));
      Files.writeString(folder.resolve("bus.conf"), BUS.formatted(folder.resolve("bus")));
      Files.writeString(folder.resolve("avahi.conf"), DAEMON.formatted(name));
      Files.writeString(folder.resolve("services/peat.service"), SERVICE.formatted(name, PORT));
      // In a mount namespace of its own: the daemon's folders are fixed when it is compiled.
      String script =
          """
          mount -t tmpfs none /run && mkdir /run/avahi-daemon
          mount --bind %1$s/services /etc/avahi/services
          export DBUS_SYSTEM_BUS_ADDRESS=unix:path=%1$s/bus
          dbus-daemon --config-file=%1$s/bus.conf --nofork --nopidfile &
          while [ ! -S %1$s/bus ]; do sleep 0.05; done
          exec avahi-daemon -f %1$s/avahi.conf --no-drop-root --no-chroot --no-rlimits
          """
              .formatted(folder);
      Process process =
          new ProcessBuilder(host.on("unshare", "-m", "sh", "-c", script))
              .redirectErrorStream(true)
              .redirectOutput(folder.resolve("log").toFile())
              .start();
      return new Avahi(host, folder, process);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What it sees on its cable: a line for each instance and family, with address and text. */
  List<String> sees() {
    return browse("-rpt", "=;eth0;");
  }

  /** Waits until it sees a line like that. */
  void awaitSees(String what, Predicate<String> line) {
    Await.until(what, () -> sees().stream().anyMatch(line), this::standing);
  }

  /** Waits until it sees no such instance, but others. */
  void awaitSeesNoMore(String instance) {
    Await.until(
        "the goodbye of " + instance,
        () -> {
          List<String> seen = browse("-pt", "+;eth0;");
          return !seen.isEmpty()
              && seen.stream().noneMatch(line -> line.contains(";" + instance + ";"));
        },
        this::standing);
  }

  /** In good order: it says goodbye. */
  void stop() {
    process.destroy();
  }

  @Override
  public void close() {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
    try (Stream<Path> files = Files.walk(folder)) {
      files.sorted(Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The browser waits for ever for an instance that leaves while it asks for its address. */
  private List<String> browse(String how, String beginning) {
    String command =
        "DBUS_SYSTEM_BUS_ADDRESS=unix:path=%s/bus exec timeout 5 avahi-browse %s _peat._udp"
            .formatted(folder, how);
    return Command.tryRun(host.on("sh", "-c", command))
        .output()
        .lines()
        .filter(line -> line.startsWith(beginning))
        .toList();
  }

  private String standing() {
    try {
      return "It sees:\n%s\nand says:\n%s"
          .formatted(String.join("\n", sees()), Files.readString(folder.resolve("log")));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
