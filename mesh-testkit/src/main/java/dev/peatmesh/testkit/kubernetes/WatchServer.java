package dev.peatmesh.testkit.kubernetes;

import dev.peatmesh.testkit.kubernetes.internal.Json;
import dev.peatmesh.testkit.kubernetes.internal.ListQuery;
import dev.peatmesh.testkit.kubernetes.internal.Refusal;
import dev.peatmesh.testkit.kubernetes.internal.ServerThreads;
import dev.peatmesh.testkit.kubernetes.internal.WatchEvents;
import dev.peatmesh.testkit.kubernetes.internal.WatchStream;
import dev.peatmesh.testkit.kubernetes.internal.WatchStream.Batch;
import dev.peatmesh.testkit.kubernetes.internal.WatchStream.End;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.concurrent.Future;

/** Serves watches: one JSON line for each event, until one side has enough. */
final class WatchServer {
  /** What an in-stream line begins with when it is torn. */
  private static final String HALF_A_LINE =
      "{\"type\":\"MODIFIED\",\"object\":{\"kind\":\"EndpointSlice\",\"metadata\":{\"na";

  private final Cluster cluster;
  private final ApiFaults faults;
  private final RequestLog log;
  private final FakeKubernetesApi.Builder settings;
  private final ServerThreads threads;

  WatchServer(
      Cluster cluster,
      ApiFaults faults,
      RequestLog log,
      FakeKubernetesApi.Builder settings,
      ServerThreads threads) {
    this.cluster = cluster;
    this.faults = faults;
    this.log = log;
    this.settings = settings;
    this.threads = threads;
  }

  /** Serves one, on the thread of its connection, until it ends. */
  void serve(ApiCall call, ListQuery query) throws IOException {
    WatchStream watch;
    try {
      watch = cluster.open(store -> WatchStream.open(query, store));
    } catch (Refusal refusal) {
      if (refusal.code() != 410 || faults.isGoneByHttp()) {
        throw refusal;
      }
      sayGone(call, refusal);
      return;
    }
    Future<?> end = endOf(watch, query);
    Future<?> bookmarks =
        threads.every(settings.bookmarkInterval, () -> cluster.tell(watch, WatchStream::bookmark));
    try {
      if (faults.isSilent()) {
        cluster.tell(watch, WatchStream::silence);
      }
      log.add(call.logged(200));
      call.http.begin(200, SliceResource.JSON, () -> hangUp(watch));
      write(call, watch);
    } finally {
      end.cancel(false);
      bookmarks.cancel(false);
      cluster.close(watch);
    }
  }

  private void write(ApiCall call, WatchStream watch) throws IOException {
    while (true) {
      Batch batch = next(watch);
      for (String line : batch.lines()) {
        faults.holdWhileFrozen();
        call.http.pace(faults.pace());
        call.http.chunk(line + "\n");
      }
      End end = batch.end();
      if (end != null) {
        // Closed first: who sees the end finds no open watch.
        cluster.close(watch);
        end(call, end);
        return;
      }
    }
  }

  private Batch next(WatchStream watch) throws IOException {
    try {
      return cluster.nextOf(watch);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      IOException closing = new InterruptedIOException("the server closes");
      closing.initCause(e);
      throw closing;
    }
  }

  private static void end(ApiCall call, End end) throws IOException {
    switch (end) {
      case CLEAN -> call.http.end();
      case RESET -> call.http.reset();
      case MID_LINE -> {
        call.http.chunk(HALF_A_LINE);
        call.http.hangUp();
      }
    }
  }

  private void hangUp(WatchStream watch) {
    cluster.close(watch);
    cluster.tell(watch, open -> open.end(End.RESET));
  }

  private void sayGone(ApiCall call, Refusal refusal) throws IOException {
    log.add(call.logged(200));
    call.http.begin(200, SliceResource.JSON, () -> {});
    call.http.chunk(Json.write(WatchEvents.error(refusal)) + "\n");
    call.http.end();
  }

  private Future<?> endOf(WatchStream watch, ListQuery query) {
    Duration most =
        query.timeoutSeconds() > 0
            ? Duration.ofSeconds(query.timeoutSeconds())
            : settings.watchTimeout;
    return threads.after(
        most,
        () ->
            cluster.tell(
                watch,
                open -> {
                  open.bookmark();
                  open.end(End.CLEAN);
                }));
  }
}
