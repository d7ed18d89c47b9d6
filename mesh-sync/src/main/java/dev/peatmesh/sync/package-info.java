/**
 * Documents, collections, subscriptions: what a host application uses.
 *
 * <h2>Values in a document</h2>
 *
 * <table>
 * <caption>What may be put, and what it reads back as</caption>
 * <tr><th>put</th><th>read back</th><th>remarks</th></tr>
 * <tr><td>{@code null}</td><td>{@code null}</td><td>a value, unlike an absent key</td></tr>
 * <tr><td>{@code Boolean}</td><td>{@code Boolean}</td><td></td></tr>
 * <tr><td>{@code Long}, {@code Integer}, {@code Short}, {@code Byte}</td><td>{@code Long}</td>
 *     <td>a change that sets one beyond 32 bits costs a copy of the document (about 1 us per
 *     change of its history): for points in time {@code Instant} is better</td></tr>
 * <tr><td>{@code Double}, {@code Float}</td><td>{@code Double}</td><td>NaN and infinities are kept;
 *     JSON has no word for them</td></tr>
 * <tr><td>{@code String}</td><td>{@code String}</td><td>replaced as a whole</td></tr>
 * <tr><td>{@code byte[]}, {@link dev.peatmesh.sync.Bytes}</td><td>{@code Bytes}</td>
 *     <td>copied</td></tr>
 * <tr><td>{@code Instant}</td><td>{@code Instant}</td><td>whole milliseconds; the rest is cut
 *     off</td></tr>
 * <tr><td>{@link dev.peatmesh.sync.Counter}</td><td>{@code Counter}</td><td>merges by
 *     adding</td></tr>
 * <tr><td>{@link dev.peatmesh.sync.Text}</td><td>{@code Text}</td><td>merges by character</td></tr>
 * <tr><td>{@link dev.peatmesh.sync.Uint64}</td><td>{@code Uint64}</td><td>costs like a
 *     {@code Long} beyond 32 bits from 2^31 on</td></tr>
 * <tr><td>{@code Map<String, ?>}</td><td>unmodifiable {@code Map}</td><td>ordered by the keys'
 *     UTF-8 bytes; merges by key</td></tr>
 * <tr><td>{@code List<?>}</td><td>unmodifiable {@code List}</td><td>merges by element</td></tr>
 * </table>
 *
 * <p>Refused with {@link dev.peatmesh.runtime.MeshException.Refused} and the path of the value:
 * every other class, a string with half a surrogate pair, nesting deeper than 64 maps, lists and
 * texts, and keys that are empty, hold U+0000 or a character beyond U+FFFF (most emoji), or are
 * {@code $deleted} or {@code $expires}.
 *
 * <p>What is said here of merging inside maps, lists, texts and counters holds for collections with
 * {@link dev.peatmesh.sync.SyncMode#FULL_HISTORY}. In those with {@code LATEST_ONLY} the fields at
 * the top of a document merge, and counters there; each other value is one.
 *
 * <p>When several nodes set one key at the same time, one value wins, the same everywhere.
 */
@NullMarked
package dev.peatmesh.sync;

import org.jspecify.annotations.NullMarked;
