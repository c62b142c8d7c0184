// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.rules;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaAccess.Predicates.target;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.belongToAnyOf;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.type;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.name;
import static com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.List;
import java.util.Random;
import java.util.Timer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * What the rules module may use: the same input gives the same output, on any machine, at any time.
 */
class LayeringTest {

  private static final String ROOT = "dev.ferrule.rules.";

  /** Each may use those before it. */
  private static final List<String> LAYERS =
      List.of(
          "model",
          "compile",
          "conntrack",
          "nftables",
          "iptables",
          "trace",
          "explain",
          "diff",
          "plan");

  private static final String[] PURE = {
    "dev.ferrule.rules..",
    "org.jspecify.annotations",
    "java.lang",
    "java.lang.annotation",
    "java.lang.invoke",
    "java.lang.runtime",
    "java.math",
    "java.nio",
    "java.nio.charset",
    "java.util",
    "java.util.function",
    "java.util.regex",
    "java.util.stream",
  };

  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("dev.ferrule.rules");

  @Test
  void noFilesNoNetworkNoTimeNoLibraries() {
    classes().should().onlyDependOnClassesThat().resideInAnyPackage(PURE).check(CLASSES);
  }

  @Test
  void noThreadsNoProcessesNoChance() {
    noClasses()
        .should()
        .dependOnClassesThat(
            belongToAnyOf(
                Thread.class,
                ThreadLocal.class,
                Process.class,
                ProcessBuilder.class,
                Runtime.class,
                Random.class,
                Timer.class))
        .check(CLASSES);
    noClasses().should().callMethod(Math.class, "random").check(CLASSES);
    noClasses().should().callMethod(Object.class, "wait").check(CLASSES);
  }

  @Test
  void noClockNoEnvironmentNoConsole() {
    noClasses()
        .should()
        .accessTargetWhere(target(owner(type(System.class))).and(target(not(name("arraycopy")))))
        .check(CLASSES);
  }

  @Test
  void everyLayerUsesOnlyThoseBeforeIt() {
    for (int i = 0; i < LAYERS.size(); i++) {
      String[] allowed =
          Stream.concat(
                  LAYERS.subList(0, i + 1).stream().map(ROOT::concat),
                  Stream.of("java..", "org.jspecify.annotations"))
              .toArray(String[]::new);
      classes()
          .that()
          .resideInAPackage(ROOT + LAYERS.get(i))
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage(allowed)
          .check(CLASSES);
    }
  }

  @Test
  void everyClassIsInALayer() {
    classes()
        .should()
        .resideInAnyPackage(LAYERS.stream().map(ROOT::concat).toArray(String[]::new))
        .check(CLASSES);
  }
}
