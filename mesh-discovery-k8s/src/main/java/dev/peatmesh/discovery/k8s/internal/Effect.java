package dev.peatmesh.discovery.k8s.internal;

import java.time.Duration;
import java.util.Collection;
import org.jspecify.annotations.Nullable;

/** What a {@link SliceWatch} wants done. At most one request runs at a time. */
public sealed interface Effect {
  /**
   * Ask for a page.
   *
   * @param limit how many slices; 0 for all of them
   * @param continueToken where the page begins; empty for the first one
   */
  record ListPage(long request, int limit, String continueToken) implements Effect {}

  /** Watch from that version on; the API shall end it after the time, in whole seconds. */
  record Watch(long request, String resourceVersion, Duration time) implements Effect {}

  /** End the request that runs; nothing more is wanted of it. */
  record Cancel() implements Effect {}

  /** Set, or set anew, an alarm. */
  record SetAlarm(Input.Alarm alarm, long sequence, Duration delay) implements Effect {}

  /** These are the slices now. */
  record Show(Collection<Slice> slices, boolean overflown) implements Effect {}

  /** The API does not do what it should; with null: it does again. */
  record Report(@Nullable Failure failure) implements Effect {}

  /** Read tokens and certificates anew before the next request. */
  record RenewClient() implements Effect {}
}
