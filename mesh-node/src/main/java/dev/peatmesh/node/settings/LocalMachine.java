package dev.peatmesh.node.settings;

import dev.peatmesh.discovery.DiscoveryProviders;
import dev.peatmesh.discovery.DiscoverySettings;
import java.io.IOException;
import java.net.BindException;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Tries it out. What works now may fail a moment later: the mesh finds out for itself again, and
 * this only makes one error of what would be several in a row.
 */
public final class LocalMachine implements Machine {
  private final DiscoveryProviders providers = DiscoveryProviders.load();

  @Override
  public Optional<String> refusesDiscovery(String name, DiscoverySettings settings) {
    try {
      providers.create(name, settings);
      return Optional.empty();
    } catch (IllegalArgumentException refused) {
      return Optional.of(String.valueOf(refused.getMessage()));
    }
  }

  @Override
  public Optional<String> refusesDirectory(Path directory) {
    try {
      Files.createDirectories(directory);
      Files.delete(Files.createTempFile(directory, ".peat-mesh", ".probe"));
      return Optional.empty();
    } catch (FileAlreadyExistsException file) {
      return Optional.of("is a file, or lies below one. Use a directory.");
    } catch (IOException | SecurityException refused) {
      return Optional.of(
          "cannot be written to: "
              + reason(refused)
              + ". Check owner, permissions and free space.");
    }
  }

  @Override
  public Optional<String> refusesPort(String host, int port) {
    if (port == 0) {
      return Optional.empty();
    }
    try {
      new DatagramSocket(new InetSocketAddress(host, port)).close();
      return Optional.empty();
    } catch (BindException taken) {
      return Optional.of(
          "UDP port "
              + port
              + " on "
              + host
              + " cannot be bound: "
              + taken.getMessage()
              + ". Is another node running? Use another port, or 0 for any free one.");
    } catch (SocketException refused) {
      return Optional.of("UDP sockets cannot be opened: " + refused.getMessage() + ".");
    }
  }

  /** Without the path, which the message names already. */
  private static String reason(Exception refused) {
    return refused instanceof FileSystemException named && named.getReason() != null
        ? named.getReason()
        : refused.getClass().getSimpleName();
  }
}
