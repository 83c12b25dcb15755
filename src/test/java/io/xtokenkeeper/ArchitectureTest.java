package io.xtokenkeeper;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchRule;
import io.xtokenkeeper.domain.Secret;
import io.xtokenkeeper.planted.Planted;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * Checks the packages against {@link Architecture}. The rules run as ordinary tests, not as fields that a test engine has to
 * discover, and each rule must fail on a planted violation.
 */
class ArchitectureTest {
    private static final String ROOT = "io.xtokenkeeper";
    private static final JavaClasses OURS = new ClassFileImporter().importPath(home(Secret.class));
    private static final JavaClasses PLANTED = new ClassFileImporter()
            .importPath(
                    home(Planted.class).resolve(Planted.class.getPackageName().replace('.', '/')));

    private static Path home(Class<?> type) {
        return Path.of(type.getProtectionDomain().getCodeSource().getLocation().getPath());
    }

    @TestFactory
    Stream<DynamicTest> holds() {
        return new Architecture(ROOT)
                .rules().entrySet().stream()
                        .map(rule -> DynamicTest.dynamicTest(
                                rule.getKey(), () -> rule.getValue().check(OURS)));
    }

    @TestFactory
    Stream<DynamicTest> bites() {
        return new Architecture(Planted.class.getPackageName())
                .rules().entrySet().stream()
                        .map(rule -> DynamicTest.dynamicTest(
                                rule.getKey(),
                                () -> assertThat(Planted.violationsOf(rule.getKey()))
                                        .isNotEmpty()
                                        .allSatisfy(words -> assertThat(violations(rule.getValue()))
                                                .anySatisfy(
                                                        said -> assertThat(said).contains(words)))));
    }

    private static List<String> violations(ArchRule rule) {
        return rule.evaluate(PLANTED).getFailureReport().getDetails();
    }

    @Test
    void everyRuleRanOverEveryPackage() {
        assertThat(new Architecture(ROOT).rules()).hasSize(10);
        assertThat(OURS.stream().map(type -> type.getPackageName()).distinct())
                .contains(
                        "io.xtokenkeeper.domain",
                        "io.xtokenkeeper.encryption",
                        "io.xtokenkeeper.xapi",
                        "io.xtokenkeeper.account",
                        "io.xtokenkeeper.consent",
                        "io.xtokenkeeper.refresh",
                        "io.xtokenkeeper.api",
                        "io.xtokenkeeper.http",
                        "io.xtokenkeeper.persistence",
                        "io.xtokenkeeper.startup",
                        "io.xtokenkeeper.sandbox",
                        "io.xtokenkeeper.sandbox.faults",
                        "io.xtokenkeeper.sandbox.grants",
                        "io.xtokenkeeper.devmode");
    }
}
