package dev.peatmesh.testkit.tidy;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static dev.peatmesh.testkit.tidy.ProductClasses.ALL;
import static dev.peatmesh.testkit.tidy.ProductClasses.isWithin;
import static dev.peatmesh.testkit.tidy.ProductClasses.violations;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.domain.JavaMember;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.domain.JavaType;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import dev.peatmesh.internal.node.MeshSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.Logger;

/** What a caller must know to call us: the JDK and our own public types, and nothing else. */
class PublicSignaturesTest {
  private static final Set<String> EXPORTED =
      Set.of(
          "dev.peatmesh",
          "dev.peatmesh.runtime",
          "dev.peatmesh.crypto",
          "dev.peatmesh.discovery",
          "dev.peatmesh.sync",
          "dev.peatmesh.testkit",
          "dev.peatmesh.testkit.discovery",
          "dev.peatmesh.testkit.dns",
          "dev.peatmesh.testkit.kubernetes");

  @Test
  void publicSignaturesNameOnlyTheJdkAndOurOwnPublicTypes() {
    ArchRule rule =
        classes()
            .that()
            .resideInAnyPackage(EXPORTED.toArray(String[]::new))
            .and()
            .arePublic()
            .and(
                DescribedPredicate.describe(
                    "stand in public ones", PublicSignaturesTest::isInTheOpen))
            .should(showOnlyPublicTypes());
    assertThat(violations(rule, ALL)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      classes = {
        ShowsALibrary.class,
        ShowsAnInternal.class,
        ShowsItInAGeneric.class,
        ShowsItInAField.class,
        ExtendsIt.class,
        InheritsIt.class
      })
  void signatureThatShowsMoreIsFound(Class<?> sample) {
    assertThat(violations(classes().should(showOnlyPublicTypes()), ProductClasses.of(sample)))
        .isNotEmpty();
  }

  /** What is nested in a hidden type is hidden, whatever its own modifiers say. */
  private static boolean isInTheOpen(JavaClass type) {
    return type.getModifiers().contains(JavaModifier.PUBLIC)
        && type.getEnclosingClass().map(PublicSignaturesTest::isInTheOpen).orElse(true);
  }

  private static ArchCondition<JavaClass> showOnlyPublicTypes() {
    return new ArchCondition<>("show only JDK types and public types of ours") {
      @Override
      public void check(JavaClass checked, ConditionEvents events) {
        judgeAll(checked, checked, events);
      }
    };
  }

  /** What a hidden superclass beside it has is shown by the class that extends it. */
  private static void judgeAll(JavaClass checked, JavaClass shown, ConditionEvents events) {
    shown.getInterfaces().forEach(type -> judge(checked, shown.getName(), type, events));
    shown
        .getSuperclass()
        .ifPresent(
            type -> {
              if (isHiddenBeside(shown, type.toErasure())) {
                judgeAll(checked, type.toErasure(), events);
              } else {
                judge(checked, shown.getName(), type, events);
              }
            });
    shown.getMembers().stream()
        .filter(PublicSignaturesTest::isShown)
        .forEach(
            member ->
                shownBy(member)
                    .forEach(type -> judge(checked, member.getFullName(), type, events)));
  }

  private static boolean isHiddenBeside(JavaClass shown, JavaClass superclass) {
    return !superclass.getModifiers().contains(JavaModifier.PUBLIC)
        && superclass.getPackageName().equals(shown.getPackageName());
  }

  private static boolean isShown(JavaMember member) {
    Set<JavaModifier> modifiers = member.getModifiers();
    return (modifiers.contains(JavaModifier.PUBLIC) || modifiers.contains(JavaModifier.PROTECTED))
        && !modifiers.contains(JavaModifier.SYNTHETIC);
  }

  private static List<JavaType> shownBy(JavaMember member) {
    if (member instanceof JavaField field) {
      return List.of(field.getType());
    }
    JavaCodeUnit method = (JavaCodeUnit) member;
    List<JavaType> types = new ArrayList<>(method.getParameterTypes());
    types.add(method.getReturnType());
    types.addAll(method.getExceptionTypes());
    return types;
  }

  private static void judge(
      JavaClass checked, String where, JavaType shown, ConditionEvents events) {
    shown.getAllInvolvedRawTypes().stream()
        .map(JavaClass::getBaseComponentType)
        .filter(type -> !type.isPrimitive() && !isPublicKnowledge(type))
        .forEach(
            type ->
                events.add(
                    SimpleConditionEvent.violated(checked, where + " shows " + type.getName())));
  }

  private static boolean isPublicKnowledge(JavaClass type) {
    String name = type.getPackageName();
    return isWithin(name, "java")
        || isWithin(name, "javax")
        || (EXPORTED.contains(name) && isInTheOpen(type));
  }

  // Samples: one fault each.

  static final class ShowsALibrary {
    public void wrong(Logger logger) {}
  }

  static final class ShowsAnInternal {
    public MeshSettings wrong() {
      throw new UnsupportedOperationException();
    }
  }

  static final class ShowsItInAGeneric {
    public Optional<List<Logger>> wrong() {
      return Optional.empty();
    }
  }

  static final class ShowsItInAField {
    public Logger[] wrong = {};
  }

  abstract static class ExtendsIt implements Logger {}

  abstract static class InheritsIt extends ExtendsIt {}
}
