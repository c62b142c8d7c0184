// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.kernel;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** What the native module may use: it is the only way to the kernel, and leads nowhere else. */
class LayeringTest {

  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("dev.ferrule.kernel");

  @Test
  void rulesAndJnrAndNothingElse() {
    classes()
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage(
            "dev.ferrule.kernel..",
            "dev.ferrule.rules..",
            "jnr..",
            "com.kenai.jffi..",
            "java..",
            "org.jspecify.annotations")
        .check(CLASSES);
  }
}
