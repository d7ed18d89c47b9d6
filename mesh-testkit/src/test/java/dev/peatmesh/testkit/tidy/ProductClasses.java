package dev.peatmesh.testkit.tidy;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.List;
import java.util.function.Predicate;

/** The classes of every library module, without tests. */
final class ProductClasses {
  static final JavaClasses ALL =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("dev.peatmesh");

  private ProductClasses() {}

  static JavaClasses of(Class<?>... samples) {
    return new ClassFileImporter().importClasses(samples);
  }

  /** What the rule has against the classes, one sentence each. */
  static List<String> violations(ArchRule rule, JavaClasses classes) {
    return rule.evaluate(classes).getFailureReport().getDetails();
  }

  /** Finds fault with every direct dependency for which the predicate holds. */
  static ArchCondition<JavaClass> haveNoDependencyThat(
      String description, Predicate<Dependency> forbidden) {
    return new ArchCondition<>("have no dependency that " + description) {
      @Override
      public void check(JavaClass checked, ConditionEvents events) {
        checked.getDirectDependenciesFromSelf().stream()
            .filter(forbidden)
            .map(dependency -> SimpleConditionEvent.violated(checked, dependency.getDescription()))
            .forEach(events::add);
      }
    };
  }

  /** Whether the name is that package or one below it. */
  static boolean isWithin(String packageName, String root) {
    return packageName.equals(root) || packageName.startsWith(root + ".");
  }
}
