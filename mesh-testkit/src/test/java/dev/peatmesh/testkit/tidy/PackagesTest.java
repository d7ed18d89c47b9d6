package dev.peatmesh.testkit.tidy;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static dev.peatmesh.testkit.tidy.ProductClasses.ALL;
import static dev.peatmesh.testkit.tidy.ProductClasses.haveNoDependencyThat;
import static dev.peatmesh.testkit.tidy.ProductClasses.isWithin;
import static dev.peatmesh.testkit.tidy.ProductClasses.violations;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import com.tngtech.archunit.library.dependencies.SliceRule;
import com.tngtech.archunit.library.dependencies.SlicesRuleDefinition;
import dev.peatmesh.PeatMeshBuilder;
import dev.peatmesh.internal.link.Proofs;
import dev.peatmesh.sync.DocumentJson;
import dev.peatmesh.sync.TypedCollection;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which way things flow, as ARCHITECTURE.md draws it. */
class PackagesTest {
  private static final String BUILDER = PeatMeshBuilder.class.getName();
  private static final PackageTable TABLE = PackageTable.ofTheArchitecture();

  private static final JavaClasses SAMPLE =
      new ClassFileImporter().importPackages("dev.peatmesh.testkit.tidy.sample");

  @Test
  void packagesUseOnlyThoseThatTheArchitectureAllows() {
    assertThat(violations(followTheTable(TABLE), ALL)).isEmpty();
  }

  @Test
  void everyPackageHasItsRowInTheTable() {
    assertThat(ALL.stream().map(JavaClass::getPackageName).collect(Collectors.toSet()))
        .isEqualTo(TABLE.packages());
  }

  @Test
  void useThatTheTableDoesNotAllowIsFound() {
    PackageTable oneWay =
        new PackageTable()
            .row("testkit.tidy.sample.left", "testkit.tidy.sample.right")
            .row("testkit.tidy.sample.right");
    assertThat(violations(followTheTable(oneWay), SAMPLE))
        .isNotEmpty()
        .allMatch(violation -> violation.contains("sample.right.Right"));
  }

  @Test
  void onlyTheBuilderReachesFromThePublicPackageInwards() {
    assertThat(
            violations(
                classes()
                    .that()
                    .resideInAPackage("dev.peatmesh")
                    .and()
                    .doNotBelongToAnyOf(PeatMeshBuilder.class)
                    .should(
                        haveNoDependencyThat(
                            "leads inwards",
                            dependency ->
                                isWithin(
                                    dependency.getTargetClass().getPackageName(),
                                    "dev.peatmesh.internal"))),
                ALL))
        .isEmpty();
  }

  @Test
  void nodesOutsideTheSimulatorProveThemselvesInOneWay() {
    assertThat(violations(proofsStayWithin("dev.peatmesh.testkit.."), ALL)).isEmpty();
    assertThat(violations(proofsStayWithin("dev.peatmesh.nowhere"), ALL))
        .isNotEmpty()
        .allMatch(violation -> violation.contains("dev.peatmesh.testkit"));
  }

  @ParameterizedTest
  @CsvSource({
    "io.netty, dev.peatmesh.internal.quic",
    "org.automerge, dev.peatmesh.sync.internal.crdt",
    "org.sqlite, dev.peatmesh.sync.internal.store",
    "java.sql, dev.peatmesh.sync.internal.store",
    "com.fasterxml.jackson, dev.peatmesh.sync.internal.json|dev.peatmesh.testkit.kubernetes"
        + "|dev.peatmesh.testkit.kubernetes.internal",
    "org.bouncycastle, dev.peatmesh.crypto|dev.peatmesh.internal.quic"
        + "|dev.peatmesh.testkit.kubernetes.internal",
    "org.xbill, dev.peatmesh.testkit.dns",
  })
  void foreignLibraryStaysInsideItsPackage(String library, String homes) {
    assertThat(violations(onlyWithin(List.of(homes.split("\\|")), library), ALL)).isEmpty();
    assertThat(violations(onlyWithin(List.of("dev.peatmesh.nowhere"), library), ALL))
        .as("the rule finds them where they are")
        .isNotEmpty();
  }

  @Test
  void cryptoKnowsNoNetwork() {
    assertThat(violations(cryptoWithout("java.net"), ALL)).isEmpty();
    assertThat(violations(cryptoWithout("java.security"), ALL)).isNotEmpty();
  }

  @Test
  void noPackagesDependOnEachOtherInACircle() {
    assertThat(
            violations(
                freeOfCycles()
                    // The doors: what a caller asks for is made inside.
                    .ignoreDependency(
                        oneOf(BUILDER),
                        JavaClass.Predicates.resideInAPackage("dev.peatmesh.internal.node"))
                    .ignoreDependency(
                        oneOf(TypedCollection.class.getName(), DocumentJson.class.getName()),
                        JavaClass.Predicates.resideInAnyPackage(
                            "dev.peatmesh.sync.internal.typed", "dev.peatmesh.sync.internal.json")),
                ALL))
        .isEmpty();
  }

  @Test
  void circleIsFound() {
    assertThat(violations(freeOfCycles(), SAMPLE)).isNotEmpty();
  }

  private static ArchRule followTheTable(PackageTable table) {
    return classes()
        .should(
            haveNoDependencyThat(
                "the architecture does not allow",
                dependency ->
                    !table.allows(
                        dependency.getOriginClass().getPackageName(),
                        dependency.getTargetClass().getBaseComponentType().getPackageName())));
  }

  private static ArchRule onlyWithin(List<String> homes, String library) {
    return classes()
        .that()
        .resideOutsideOfPackages(homes.toArray(String[]::new))
        .should(
            haveNoDependencyThat(
                "is on " + library,
                dependency -> isWithin(dependency.getTargetClass().getPackageName(), library)));
  }

  private static ArchRule proofsStayWithin(String simulator) {
    return classes()
        .that()
        .resideOutsideOfPackages("dev.peatmesh.internal.link", simulator)
        .should(
            haveNoDependencyThat(
                "is on other proofs than signed ones",
                dependency -> dependency.getTargetClass().isAssignableTo(Proofs.class)));
  }

  private static ArchRule cryptoWithout(String library) {
    return classes()
        .that()
        .resideInAPackage("dev.peatmesh.crypto..")
        .should(
            haveNoDependencyThat(
                "is on " + library,
                dependency -> isWithin(dependency.getTargetClass().getPackageName(), library)));
  }

  private static DescribedPredicate<JavaClass> oneOf(String... doors) {
    return DescribedPredicate.describe(
        "a door inwards", c -> Set.of(doors).contains(c.getName().split("\\$")[0]));
  }

  private static SliceRule freeOfCycles() {
    return SlicesRuleDefinition.slices().assignedFrom(new ByPackage()).should().beFreeOfCycles();
  }

  private static final class ByPackage implements SliceAssignment {
    @Override
    public SliceIdentifier getIdentifierOf(JavaClass javaClass) {
      String name = javaClass.getPackageName();
      // The testkit's surface and inside are one: what the inside fills, the surface shows.
      boolean testkit = name.equals("dev.peatmesh.testkit.internal");
      return isWithin(name, "dev.peatmesh")
          ? SliceIdentifier.of(testkit ? "dev.peatmesh.testkit" : name)
          : SliceIdentifier.ignore();
    }

    @Override
    public String getDescription() {
      return "packages";
    }
  }
}
