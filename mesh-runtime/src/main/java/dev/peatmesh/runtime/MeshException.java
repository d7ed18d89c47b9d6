package dev.peatmesh.runtime;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What went wrong, why, and what to do next. A subclass exists only where a caller would act
 * differently.
 */
public abstract sealed class MeshException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private MeshException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }

  /** Settings that cannot work. Lists every bad one; nothing was started. */
  public static final class BadConfiguration extends MeshException {
    private static final long serialVersionUID = 1;

    @SuppressWarnings("serial") // List.copyOf is serializable
    private final List<String> problems;

    /** One line per bad setting: what is wrong, why, what to do. */
    public BadConfiguration(List<String> problems) {
      super(String.join(System.lineSeparator(), problems), null);
      this.problems = List.copyOf(problems);
    }

    /** One line per bad setting. */
    public List<String> problems() {
      return problems;
    }
  }

  /**
   * The store could not keep or give back data. The write was not acknowledged and left no trace.
   */
  public static final class StoreFailure extends MeshException {
    private static final long serialVersionUID = 1;

    public StoreFailure(String message, @Nullable Throwable cause) {
      super(message, cause);
    }
  }

  /** A value, key or document beyond what may be stored. Nothing was changed. */
  public static final class Refused extends MeshException {
    private static final long serialVersionUID = 1;

    public Refused(String message) {
      super(message, null);
    }

    public Refused(String message, Throwable cause) {
      super(message, cause);
    }
  }

  /**
   * A document holds something else than the program's type expects. Nothing was changed; the
   * document can still be read without the type.
   */
  public static final class UnexpectedValue extends MeshException {
    private static final long serialVersionUID = 1;

    private final String document;
    private final String path;
    private final String found;
    private final String expected;

    /**
     * Says what stands where.
     *
     * @param document the collection and id
     * @param path where in it, such as {@code items[3].name}
     */
    public UnexpectedValue(
        String document, String path, String found, String expected, @Nullable Throwable cause) {
      super(
          document
              + ": "
              + path
              + ": is "
              + found
              + ", but expected is "
              + expected
              + ". Correct the document without the type, or the type.",
          cause);
      this.document = document;
      this.path = path;
      this.found = found;
      this.expected = expected;
    }

    /** The collection and id. */
    public String document() {
      return document;
    }

    /** Where in the document, such as {@code items[3].name}. */
    public String path() {
      return path;
    }

    /** What is there, in words; numbers are told, texts are not. */
    public String found() {
      return found;
    }

    /** What the type needs there, in words. */
    public String expected() {
      return expected;
    }
  }

  /** The mesh is closed, or was closed while the call waited. */
  public static final class Closed extends MeshException {
    private static final long serialVersionUID = 1;

    public Closed(String message) {
      super(message, null);
    }
  }

  /** The network could not be used: the port is taken, the native library is missing. */
  public static final class NetworkFailure extends MeshException {
    private static final long serialVersionUID = 1;

    public NetworkFailure(String message, @Nullable Throwable cause) {
      super(message, cause);
    }
  }

  /**
   * A write did not reach as many other nodes as was asked for, within the time given. It is
   * durable here, goes on to travel and may be waited for again.
   */
  public static final class NotReplicated extends MeshException {
    private static final long serialVersionUID = 1;

    @SuppressWarnings("serial") // List.copyOf is serializable
    private final List<String> holders;

    @SuppressWarnings("serial") // a TreeMap inside is serializable
    private final Map<String, String> missing;

    /**
     * @param message what was waited for, how far it came, what to do
     * @param holders the names of the nodes that hold it durably
     * @param missing the names of the nodes that do not, each with the reason
     */
    public NotReplicated(String message, List<String> holders, Map<String, String> missing) {
      super(message, null);
      this.holders = List.copyOf(holders);
      this.missing = Collections.unmodifiableMap(new TreeMap<>(missing));
    }

    /** The names of the other nodes that hold the write durably. */
    public List<String> holders() {
      return holders;
    }

    /** The names of the nodes that are not known to hold it, each with the reason. */
    public Map<String, String> missing() {
      return missing;
    }
  }

  /** The nodes did not come to hold the same within the time given. Nothing is wrong with that. */
  public static final class NotConverged extends MeshException {
    private static final long serialVersionUID = 1;

    @SuppressWarnings("serial") // a TreeMap inside is serializable
    private final Map<String, String> missing;

    /**
     * @param message what was waited for and what to do
     * @param missing what is not as it should be: names of nodes, each with the reason
     */
    public NotConverged(String message, Map<String, String> missing) {
      super(message, null);
      this.missing = Collections.unmodifiableMap(new TreeMap<>(missing));
    }

    /** The names of the nodes that do not hold the same as this one, each with the reason. */
    public Map<String, String> missing() {
      return missing;
    }
  }
}
