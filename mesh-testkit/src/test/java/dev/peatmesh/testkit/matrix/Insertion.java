package dev.peatmesh.testkit.matrix;

/**
 * One thing that is put into a container, unlike all others of its document.
 *
 * @param number which one it is, from 0
 * @param choice decides where it goes
 */
record Insertion(int number, int choice) {
  /** The first of the characters that insertions stand for: CJK, one UTF-16 unit each. */
  private static final int FIRST_CHARACTER = 0x4E00;

  String name() {
    return "i" + number;
  }

  String letter() {
    return Character.toString(FIRST_CHARACTER + number);
  }
}
