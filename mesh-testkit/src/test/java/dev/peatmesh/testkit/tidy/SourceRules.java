package dev.peatmesh.testkit.tidy;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Rules that files are read for. Each answers with its complaints about one file, none when all is
 * well. Words that a rule looks for are put together here, so that it does not find itself.
 */
final class SourceRules {
  private static final int LINES_MAX = 500;
  private static final int COLUMNS_MAX = 100;

  private static final Pattern OPEN_END = Pattern.compile("\\b(TO" + "DO|FIX" + "ME)\\b");

  private static final Pattern TYPE =
      Pattern.compile("\\b(?:class|interface|@interface|record|enum)\\s+([A-Z]\\w*)");

  private static final Pattern EMPTY_NAME =
      Pattern.compile("Abstract\\w+|\\w*(?:Impl|Manager|Util|Utils|Helper|Common)");

  /** Names that are not ours. */
  private static final Map<String, String> FOREIGN_NAMES =
      Map.of(
          "SingleKeyManager", "the JDK calls what it is an X509ExtendedKeyManager",
          "PinningTrustManager", "the JDK calls what it is an X509ExtendedTrustManager");

  private static final Pattern TEST_CLASS = Pattern.compile("\\w+(?:Test|IT)");
  private static final Pattern ASSERTION =
      Pattern.compile(
          "\\bassert\\w*\\(|\\bfail\\(|\\bAssertionError\\b|\\bextends \\w+Contract\\b");
  private static final Pattern SLEEP = Pattern.compile("\\bThread\\s*\\.\\s*sleep\\b");
  private static final Pattern LOCK = Pattern.compile("\\b(?:synchronized|volatile)\\b");
  private static final Pattern STATE_MACHINE =
      Pattern.compile("/internal/(?:peers|link|wire|engine|guard|query)/[^/]+$");

  /** Where artifacts and images come from is the business of each machine's settings. */
  private static final Pattern REGISTRY =
      Pattern.compile(
          Stream.of(
                  "repo1?\\.maven\\.",
                  "repo\\.maven\\.apache\\.",
                  "central\\.sonatype\\.",
                  "oss\\.sonatype\\.",
                  "jcenter\\.",
                  "jitpack\\.io",
                  "plugins\\.gradle\\.",
                  "maven\\.google\\.",
                  "registry\\.npmjs\\.",
                  "registry-1\\.docker\\.",
                  "pypi\\.org",
                  "artifactory\\.",
                  "<(?:pluginR|r)epositories>")
              .collect(Collectors.joining("|")));

  private static final Pattern HOME_OF_SOMEONE =
      Pattern.compile(
          "(?<![\\w.:/*-])/(?:home|Users|root|work|workspace|builds)/\\w"
              + "|\\b[A-Z]:\\\\+Users\\\\");

  private SourceRules() {}

  static List<String> length(SourceFile file) {
    int lines = file.lines().size();
    return file.isJava() && lines > LINES_MAX
        ? List.of(
            "%s: has %d lines; %d are the most. Find the second noun and give it a file of its own."
                .formatted(file.path(), lines, LINES_MAX))
        : List.of();
  }

  static List<String> columns(SourceFile file) {
    List<String> lines = file.lines();
    return file.isJava()
        ? IntStream.range(0, lines.size())
            .filter(i -> lines.get(i).codePointCount(0, lines.get(i).length()) > COLUMNS_MAX)
            .mapToObj(
                i ->
                    "%s:%d: is longer than %d characters. Break it."
                        .formatted(file.path(), i + 1, COLUMNS_MAX))
            .toList()
        : List.of();
  }

  static List<String> openEnds(SourceFile file) {
    return found(OPEN_END, file, file.text(), "Do it, or write down what is missing in the docs.");
  }

  static List<String> names(SourceFile file) {
    if (!file.isJava()) {
      return List.of();
    }
    List<String> complaints = new ArrayList<>();
    Matcher types = TYPE.matcher(file.code());
    while (types.find()) {
      String name = types.group(1);
      if (EMPTY_NAME.matcher(name).matches() && !FOREIGN_NAMES.containsKey(name)) {
        complaints.add(
            "%s: the name %s says nothing. Name it by what differs from its siblings."
                .formatted(file.path(), name));
      }
    }
    return complaints;
  }

  static List<String> assertions(SourceFile file) {
    boolean silent =
        file.isTestCode()
            && TEST_CLASS.matcher(file.name()).matches()
            && !ASSERTION.matcher(file.code()).find();
    return silent
        ? List.of(file.path() + ": asserts nothing. Say what must be so, or take it away.")
        : List.of();
  }

  static List<String> sleeps(SourceFile file) {
    return file.isTestCode()
        ? found(SLEEP, file, file.code(), "Advance virtual time, or await a condition.")
        : List.of();
  }

  /** What byte code does not show: a lock taken within a method. */
  static List<String> locks(SourceFile file) {
    return file.isMainCode() && STATE_MACHINE.matcher(file.path()).find()
        ? found(LOCK, file, file.code(), "A state machine belongs to one loop and takes no lock.")
        : List.of();
  }

  static List<String> places(SourceFile file) {
    List<String> complaints = new ArrayList<>();
    complaints.addAll(
        found(REGISTRY, file, file.text(), "Name registries in the settings of the machine."));
    complaints.addAll(
        found(HOME_OF_SOMEONE, file, file.text(), "Use a path from the project's root."));
    return complaints;
  }

  /** Which folders of main code lack the package-info that marks them free of null. */
  static List<String> unmarkedPackages(List<SourceFile> files) {
    List<String> marked =
        files.stream()
            .filter(file -> file.name().equals("package-info"))
            .filter(file -> file.code().contains("@NullMarked"))
            .map(SourceFile::folder)
            .toList();
    return files.stream()
        .filter(file -> file.isJava() && file.isMainCode())
        .filter(file -> !file.name().equals("module-info"))
        .map(SourceFile::folder)
        .distinct()
        .filter(folder -> !marked.contains(folder))
        .map(folder -> folder + ": has no package-info.java with @NullMarked. Add one.")
        .toList();
  }

  private static List<String> found(Pattern bad, SourceFile file, String text, String instead) {
    List<String> complaints = new ArrayList<>();
    Matcher matcher = bad.matcher(text);
    while (matcher.find()) {
      complaints.add("%s: has \"%s\". %s".formatted(file.path(), matcher.group(), instead));
    }
    return complaints;
  }
}
