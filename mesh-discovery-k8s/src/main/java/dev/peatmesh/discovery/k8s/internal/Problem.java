package dev.peatmesh.discovery.k8s.internal;

/**
 * What is wrong, in words.
 *
 * @param key equal for problems that are the same to an operator, whatever numbers they name
 * @param cause what is wrong and why, without a full stop at its end
 * @param remedy what to do; the exact lines where there are some
 */
public record Problem(String key, String cause, String remedy) {}
