package dev.peatmesh.sync;

import java.util.List;

/**
 * What a query found. Immutable.
 *
 * @param documents in the order asked for, at most as many as the query's limit
 * @param more whether there are matching documents after these
 */
public record QueryPage(List<Document> documents, boolean more) {
  public QueryPage {
    documents = List.copyOf(documents);
  }
}
