package dev.peatmesh.testkit.tidy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Style rules over every file of the project; and that each of them can fail. */
class SourceRulesTest {
  private static final SourceTree TREE = SourceTree.ofTheProject();
  private static final List<SourceFile> FILES = TREE.files();

  private static final String MAIN = "m/src/main/java/p/internal/peers/A.java";
  private static final String TEST = "m/src/test/java/p/ATest.java";

  @Test
  void theWholeTreeIsRead() {
    assertThat(FILES)
        .extracting(SourceFile::path)
        .contains("pom.xml", "ARCHITECTURE.md", "mesh-core/pom.xml")
        .anyMatch(path -> path.endsWith("mesh/PeatMesh.java"))
        .anyMatch(path -> path.endsWith("tidy/SourceRulesTest.java"))
        .noneMatch(path -> path.contains("/target/") || path.startsWith(".git/"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("rules")
  void everyFileKeepsTheRule(
      String name, Function<SourceFile, List<String>> rule, SourceFile bad, SourceFile good) {
    assertThat(FILES.stream().flatMap(file -> rule.apply(file).stream())).isEmpty();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("rules")
  void fileThatBreaksTheRuleIsFound(
      String name, Function<SourceFile, List<String>> rule, SourceFile bad, SourceFile good) {
    assertThat(rule.apply(bad)).isNotEmpty();
    assertThat(rule.apply(good)).isEmpty();
  }

  static Stream<Arguments> rules() {
    return Stream.of(
        rule("length", SourceRules::length, MAIN, "\n".repeat(501), "\n".repeat(500)),
        rule("columns", SourceRules::columns, MAIN, "ä".repeat(101), "ä".repeat(100)),
        rule("open ends", SourceRules::openEnds, "a.md", "TO" + "DO: later", "to do: later"),
        rule("names", SourceRules::names, MAIN, "class FooImpl {}", "// class FooImpl {}"),
        rule("prefixes", SourceRules::names, MAIN, "record AbstractA() {}", "enum Abstract {}"),
        rule("assertions", SourceRules::assertions, TEST, "// assert(1)", "assertThat(1);"),
        rule("sleeps", SourceRules::sleeps, TEST, "Thread.sleep(1);", "\"Thread.sleep(1)\";"),
        rule("locks", SourceRules::locks, MAIN, "synchronized (x) {}", "/* synchronized */"),
        rule("registries", SourceRules::places, "a", "repo1" + ".maven.org", "maven.apache.org"),
        rule("repositories", SourceRules::places, "a", "<" + "repositories>", "repositories"),
        rule("homes", SourceRules::places, "a", "cd /ho" + "me/ann", "cd home/ann"));
  }

  @Test
  void noFileNamesThePlaceWhereItWasBuilt() {
    String here = TREE.root().toString();
    assertThat(FILES).filteredOn(file -> file.text().contains(here)).isEmpty();
  }

  @Test
  void everyPackageOfMainCodeIsNullMarked() {
    assertThat(SourceRules.unmarkedPackages(FILES)).isEmpty();
  }

  @Test
  void packageWithoutTheMarkIsFound() {
    SourceFile code = new SourceFile(MAIN, "class A {}");
    String info = MAIN.replace("A.java", "package-info.java");
    assertThat(SourceRules.unmarkedPackages(List.of(code))).hasSize(1);
    assertThat(SourceRules.unmarkedPackages(List.of(code, new SourceFile(info, "package p;"))))
        .hasSize(1);
    assertThat(SourceRules.unmarkedPackages(List.of(code, new SourceFile(info, "@NullMarked"))))
        .isEmpty();
  }

  private static Arguments rule(
      String name, Function<SourceFile, List<String>> rule, String path, String bad, String good) {
    return Arguments.of(name, rule, new SourceFile(path, bad), new SourceFile(path, good));
  }
}
