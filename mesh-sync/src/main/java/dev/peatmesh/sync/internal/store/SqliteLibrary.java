package dev.peatmesh.sync.internal.store;

import dev.peatmesh.runtime.MeshException;
import dev.peatmesh.sync.internal.nativelib.NativeCache;
import java.io.IOException;
import java.net.URL;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.sqlite.SQLiteJDBCLoader;
import org.sqlite.util.LibraryLoaderUtil;

/**
 * Loads SQLite's native library from {@link NativeCache}, once per class loader. Thread-safe.
 *
 * <p>Left alone, the driver extracts a new copy into {@code java.io.tmpdir} at every start and
 * leaves it there when the process is killed.
 */
final class SqliteLibrary {
  private static final String PATH_PROPERTY = "org.sqlite.lib.path";
  private static final String NAME_PROPERTY = "org.sqlite.lib.name";

  private static boolean loaded;

  private SqliteLibrary() {}

  static synchronized void load() {
    if (loaded) {
      return;
    }
    try {
      // Where the operator has said where the library is, that stands.
      if (System.getProperty(PATH_PROPERTY) == null) {
        loadFromCache();
      } else {
        SQLiteJDBCLoader.initialize();
      }
      loaded = true;
    } catch (Exception | UnsatisfiedLinkError failure) {
      throw new MeshException.StoreFailure(
          "SQLite: its native library could not be loaded; "
              + failure.getMessage()
              + " Set -D"
              + NativeCache.DIRECTORY_PROPERTY
              + " to a private folder on a file system that allows execution, or -D"
              + PATH_PROPERTY
              + " to a folder that holds the library for this platform.",
          failure);
    }
  }

  private static void loadFromCache() throws Exception {
    String name = LibraryLoaderUtil.getNativeLibName();
    String resource = LibraryLoaderUtil.getNativeLibResourcePath() + "/" + name;
    URL found = SQLiteJDBCLoader.class.getResource(resource);
    if (found == null) {
      throw new IOException("the driver has none for this platform (" + resource + ").");
    }
    Path library = NativeCache.extract(found, name);
    // For the time of loading only: another copy of the driver in this process may be of another
    // version, and must not find this one's library.
    String before = System.setProperty(PATH_PROPERTY, String.valueOf(library.getParent()));
    String nameBefore = System.setProperty(NAME_PROPERTY, name);
    try {
      SQLiteJDBCLoader.initialize();
    } finally {
      restore(PATH_PROPERTY, before);
      restore(NAME_PROPERTY, nameBefore);
    }
  }

  private static void restore(String property, @Nullable String value) {
    if (value == null) {
      System.clearProperty(property);
    } else {
      System.setProperty(property, value);
    }
  }
}
