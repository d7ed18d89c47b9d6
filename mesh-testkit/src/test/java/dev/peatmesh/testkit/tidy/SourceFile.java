package dev.peatmesh.testkit.tidy;

import java.util.List;
import java.util.regex.Pattern;

/**
 * One file of the source tree.
 *
 * @param path from the root of the project, with forward slashes
 * @param text the whole content
 */
record SourceFile(String path, String text) {
  /** Text blocks, strings, characters and comments of Java; the first that begins wins. */
  private static final Pattern NOT_CODE =
      Pattern.compile(
          "\"\"\".*?(?<!\\\\)\"\"\"|\"(?:\\\\.|[^\"\\\\\\n])*+\"|'(?:\\\\.|[^'\\\\\\n])*+'"
              + "|//[^\\n]*+|/\\*.*?\\*/",
          Pattern.DOTALL);

  List<String> lines() {
    return text.lines().toList();
  }

  boolean isJava() {
    return path.endsWith(".java");
  }

  boolean isMainCode() {
    return path.contains("src/main/java/");
  }

  boolean isTestCode() {
    return path.contains("src/test/java/");
  }

  /** The folder it lies in. */
  String folder() {
    return path.substring(0, Math.max(0, path.lastIndexOf('/')));
  }

  /** The name of the file, without folders and ending. */
  String name() {
    String file = path.substring(path.lastIndexOf('/') + 1);
    return file.contains(".") ? file.substring(0, file.indexOf('.')) : file;
  }

  /** The Java code alone: what stands in strings and comments left out. */
  String code() {
    return NOT_CODE.matcher(text).replaceAll("\"\"");
  }
}
