package dev.peatmesh.sync.internal.crdt;

/**
 * The one replacement that turns a text into another: what lies between the common beginning and
 * the common end. In code points, and never through the middle of one.
 *
 * @param index where it begins
 * @param deleted how many code points go
 * @param inserted what comes in their place
 */
public record TextSplice(int index, int deleted, String inserted) {
  /** The splice from one text to the other; of nothing when they are equal. */
  public static TextSplice between(String present, String wanted) {
    int shorter = Math.min(present.length(), wanted.length());
    int start = 0;
    while (start < shorter && present.charAt(start) == wanted.charAt(start)) {
      start++;
    }
    if (splitsPair(present, start) || splitsPair(wanted, start)) {
      start--;
    }
    int tail = 0;
    while (tail < shorter - start
        && present.charAt(present.length() - 1 - tail)
            == wanted.charAt(wanted.length() - 1 - tail)) {
      tail++;
    }
    if (splitsPair(present, present.length() - tail)
        || splitsPair(wanted, wanted.length() - tail)) {
      tail--;
    }
    return new TextSplice(
        present.codePointCount(0, start),
        present.codePointCount(start, present.length() - tail),
        wanted.substring(start, wanted.length() - tail));
  }

  private static boolean splitsPair(String string, int index) {
    return index > 0
        && index < string.length()
        && Character.isSurrogatePair(string.charAt(index - 1), string.charAt(index));
  }
}
