package dev.peatmesh.internal.quic;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

class NettyStaysInsideTest {
  /** So the QUIC library can be replaced by replacing one package. */
  @Test
  void noOtherPackageKnowsNetty() {
    JavaClasses classes =
        new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("dev.peatmesh");
    noClasses()
        .that()
        .resideOutsideOfPackage("dev.peatmesh.internal.quic")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("io.netty..")
        .check(classes);
  }
}
