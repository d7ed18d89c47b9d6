package dev.peatmesh.sync.internal.store;

import dev.peatmesh.runtime.MeshException;
import java.nio.file.Path;
import java.sql.SQLException;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

/** Turns SQLite's result codes into what an operator can act on. */
final class SqliteFailure {
  private static final String MOVE_AWAY =
      " Stop the mesh and move the file and its -wal file away: a new one is filled from the peers."
          + " Look for a failing disk.";

  private SqliteFailure() {}

  /** Reads {@code store(file): could not <task>; why. What to do.} */
  static MeshException.StoreFailure of(Path file, String task, SQLException cause) {
    return new MeshException.StoreFailure(
        "store(" + file + "): could not " + task + "; " + explain(file, cause), cause);
  }

  /** A file that SQLite reads, and that holds what it must not hold. */
  static MeshException.StoreFailure damaged(Path file, String damage) {
    return new MeshException.StoreFailure(
        "store(" + file + "): the file is damaged; " + damage + "." + MOVE_AWAY, null);
  }

  /** Whether the disk is full or read-only: an operator can mend that while the mesh runs. */
  static boolean mayPass(MeshException.StoreFailure failure) {
    if (failure.getCause() instanceof SQLiteException sqlite) {
      SQLiteErrorCode code = primary(sqlite.getResultCode());
      return code == SQLiteErrorCode.SQLITE_FULL || code == SQLiteErrorCode.SQLITE_READONLY;
    }
    return false;
  }

  /** Whether the file beside the log could not be made; a full disk or file system has no room. */
  static boolean lacksSharedMemory(MeshException.StoreFailure failure) {
    return failure.getCause() instanceof SQLiteException sqlite
        && sqlite.getResultCode().name().startsWith("SQLITE_IOERR_SHM");
  }

  private static String explain(Path file, SQLException cause) {
    SQLiteErrorCode code =
        cause instanceof SQLiteException sqlite
            ? sqlite.getResultCode()
            : SQLiteErrorCode.UNKNOWN_ERROR;
    String folder = String.valueOf(file.getParent());
    return switch (primary(code)) {
      case SQLITE_FULL ->
          "the disk is full. Free space in " + folder + "; the next write is tried anew.";
      case SQLITE_READONLY ->
          "it is read-only. Give this user the right to write in "
              + folder
              + ", and see that the disk is not mounted read-only.";
      case SQLITE_BUSY, SQLITE_LOCKED ->
          "it is in use by another process. Stop that process, or choose another directory.";
      case SQLITE_CORRUPT, SQLITE_NOTADB ->
          "the file is damaged (" + code.name() + ")." + MOVE_AWAY;
      case SQLITE_CANTOPEN, SQLITE_PERM ->
          "it cannot be opened (" + code.name() + "). Check the rights in " + folder + ".";
      case SQLITE_IOERR ->
          "the disk failed (" + code.name() + "). Check it; the next write is tried anew.";
      case SQLITE_TOOBIG -> "the value is larger than SQLite takes. Split the document.";
      default -> cause.getMessage() + ".";
    };
  }

  /** The low byte of an extended code says what kind of failure it is. */
  private static SQLiteErrorCode primary(SQLiteErrorCode code) {
    return SQLiteErrorCode.getErrorCode(code.code & 0xff);
  }
}
