package dev.peatmesh;

import dev.peatmesh.crypto.DeviceId;
import dev.peatmesh.crypto.EndpointId;
import dev.peatmesh.sync.CompactionReport;
import dev.peatmesh.sync.DocumentCollection;
import dev.peatmesh.sync.TypedCollection;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;

/**
 * One member of a mesh: finds the other members of its formation, proves who it is, and keeps
 * documents equal with them.
 *
 * <p>Thread-safe. Whoever starts a mesh owns it and closes it. Every thread it starts is named
 * {@code mesh-<node>-...} and ends with it. No method may be called from inside a document edit.
 */
public interface PeatMesh extends AutoCloseable {
  /** A builder with every setting at its default. */
  static PeatMeshBuilder builder() {
    return new PeatMeshBuilder();
  }

  /** The name of this node, unique in its formation. */
  String nodeName();

  /** Who this node is: the digest of its Ed25519 device key. */
  DeviceId deviceId();

  /** Under which key this node is dialled. */
  EndpointId endpointId();

  /** Where this node accepts links; the port is the real one, also when the setting was 0. */
  InetSocketAddress localAddress();

  /** The documents of one kind. The same name gives the same documents on every node. */
  DocumentCollection collection(String name);

  /**
   * The same documents as records of a type.
   *
   * @throws dev.peatmesh.runtime.MeshException.BadConfiguration listing every component of the type
   *     that cannot be mapped
   */
  default <T extends Record> TypedCollection<T> collection(String name, Class<T> type) {
    return TypedCollection.of(collection(name), type);
  }

  /**
   * Every peer this node knows of, by name: how it was found, how it stands, since when, and what
   * went wrong last. Also strangers that tried to get in lately.
   */
  List<PeerStatus> peers();

  /** How this node is, with the reasons. */
  MeshHealth health();

  /**
   * Blocks until this node and every peer it knows hold the same documents, all links included.
   *
   * @param timeout how long at most, from 1 ms to 1 day
   * @throws dev.peatmesh.runtime.MeshException.NotConverged naming who does not, when time is over
   */
  void awaitConverged(Duration timeout);

  /**
   * Stops the exchange of documents, in both directions and with every peer, until {@link #resume}.
   * Links stay, and say nothing but that they live; documents can be read and written here. Not
   * kept across restarts. Idempotent.
   */
  void pause();

  /** Takes the exchange of documents up again. Idempotent. */
  void resume();

  /**
   * Gives space back now: packs documents of which much was changed, drops what deletes have left,
   * and has the store return free pages. Blocks until that is done; others go on meanwhile.
   */
  CompactionReport compact();

  /**
   * Leaves the mesh in good order: tells the peers, makes durable what is under way, ends every
   * thread. Takes milliseconds; when a disk or a callback hangs, 30 s at most. Idempotent; a second
   * caller waits for the first.
   */
  @Override
  void close();
}
