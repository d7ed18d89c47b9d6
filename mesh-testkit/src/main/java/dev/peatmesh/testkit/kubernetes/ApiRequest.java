package dev.peatmesh.testkit.kubernetes;

/**
 * One request that the fake API has answered, or begun to.
 *
 * @param verb what it was
 * @param path without the query
 * @param query not decoded; empty without one
 * @param user who asked; empty when nobody knows
 * @param status the HTTP status of the answer
 */
public record ApiRequest(Verb verb, String path, String query, String user, int status) {}
