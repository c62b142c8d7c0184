// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** How the parts of the agent hang together, and how all of Ferrule names its classes. */
class LayeringTest {

  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("dev.ferrule");

  @Test
  void packagesHaveNoCycles() {
    slices().matching("dev.ferrule.agent.(*)..").should().beFreeOfCycles().check(CLASSES);
  }

  @Test
  void partsDoNotKnowTheCommandThatJoinsThem() {
    noClasses()
        .that()
        .resideInAPackage("dev.ferrule.agent.*..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("dev.ferrule.agent")
        .check(CLASSES);
  }

  @Test
  void onlyTheNativeModuleCallsNativeCode() {
    noClasses()
        .that()
        .resideOutsideOfPackage("dev.ferrule.kernel..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("jnr..", "com.kenai.jffi..")
        .check(CLASSES);
  }

  @Test
  void nothingBelowKnowsTheAgent() {
    noClasses()
        .that()
        .resideOutsideOfPackage("dev.ferrule.agent..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("dev.ferrule.agent..")
        .check(CLASSES);
  }

  @Test
  void namesSayWhatAClassIs() {
    noClasses()
        .should()
        .haveNameMatching(".*(Util|Utils|Helper|Manager|Impl)(\\$.*)?")
        .check(CLASSES);
  }
}
