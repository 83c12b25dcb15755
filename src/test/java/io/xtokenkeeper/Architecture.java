package io.xtokenkeeper;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.type;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import io.xtokenkeeper.domain.Secret;
import java.sql.SQLException;
import java.time.Clock;
import java.time.InstantSource;
import java.time.temporal.Temporal;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The allowed dependencies between packages, as rules over the packages directly under a root. The root is a parameter so
 * that tests can check the same rules against planted violations.
 */
record Architecture(String root) {
    /** Each package, and the other packages that it may use. A package without a row is a violation. */
    private static final Map<String, Set<String>> MAY_USE = Map.ofEntries(
            row("domain"),
            row("persistence"),
            row("scheduling", "persistence"),
            row("http", "persistence"),
            row("audit", "domain", "persistence", "scheduling"),
            row("encryption", "domain", "persistence", "scheduling", "audit"),
            row("egress", "domain"),
            row("xapi", "domain", "egress"),
            row("account", "domain", "persistence", "scheduling", "encryption", "audit"),
            row("security", "domain", "egress", "persistence", "scheduling", "account", "audit", "http"),
            row("usage", "domain", "persistence", "scheduling"),
            row("statistics", "persistence", "scheduling"),
            row("revocation", "domain", "persistence", "scheduling", "encryption", "xapi", "account", "audit"),
            row(
                    "refresh",
                    "domain",
                    "persistence",
                    "scheduling",
                    "encryption",
                    "xapi",
                    "account",
                    "statistics",
                    "revocation",
                    "audit"),
            row("token", "domain", "http", "security", "account", "refresh", "consent", "usage"),
            row(
                    "consent",
                    "domain",
                    "persistence",
                    "scheduling",
                    "encryption",
                    "xapi",
                    "account",
                    "revocation",
                    "refresh",
                    "security",
                    "audit",
                    "http"),
            row("proxy", "domain", "http", "xapi", "security", "refresh", "token", "usage"),
            row("transfer", "domain", "persistence", "encryption", "account", "refresh", "security", "audit", "http"),
            row(
                    "webhook",
                    "domain",
                    "egress",
                    "persistence",
                    "scheduling",
                    "encryption",
                    "account",
                    "consent",
                    "audit"),
            row("privacy", "domain", "persistence", "account", "revocation", "security", "audit"),
            row(
                    "api",
                    "domain",
                    "persistence",
                    "scheduling",
                    "encryption",
                    "account",
                    "security",
                    "consent",
                    "token",
                    "proxy",
                    "transfer",
                    "webhook",
                    "usage",
                    "privacy",
                    "audit",
                    "http"),
            row("charts", "domain", "account", "statistics", "security", "usage", "http"),
            row(
                    "admin",
                    "domain",
                    "encryption",
                    "account",
                    "refresh",
                    "statistics",
                    "revocation",
                    "security",
                    "consent",
                    "webhook",
                    "api",
                    "charts",
                    "transfer",
                    "privacy",
                    "audit",
                    "http"),
            row("cli", "domain", "egress", "sandbox"),
            row(
                    "config",
                    "domain",
                    "egress",
                    "encryption",
                    "xapi",
                    "account",
                    "refresh",
                    "security",
                    "consent",
                    "webhook",
                    "audit",
                    "http"),
            row(
                    "diagnostics",
                    "domain",
                    "egress",
                    "persistence",
                    "encryption",
                    "xapi",
                    "account",
                    "refresh",
                    "security",
                    "cli",
                    "config"),
            row(
                    "startup",
                    "domain",
                    "egress",
                    "persistence",
                    "scheduling",
                    "encryption",
                    "xapi",
                    "account",
                    "consent",
                    "refresh",
                    "statistics",
                    "revocation",
                    "security",
                    "token",
                    "proxy",
                    "transfer",
                    "webhook",
                    "usage",
                    "privacy",
                    "api",
                    "charts",
                    "admin",
                    "audit",
                    "http",
                    "cli",
                    "config",
                    "diagnostics"),
            // only the command line starts the sandbox, which uses the descriptions of scopes alone, and no package of
            // the
            // service uses dev mode; the row of the sandbox is also that of sandbox.grants and sandbox.faults
            row("sandbox", "domain"),
            row("devmode", "sandbox"));

    private static final String[] KEYS = {"javax.crypto..", "com.google.crypto.tink..", "org.bouncycastle.."};
    private static final String[] SQL = {"java.sql..", "javax.sql..", "org.postgresql..", "io.agroal.."};

    /** Names of classes that collect unrelated code, or that have no meaning. */
    private static final String EMPTY_NAME = "(.*(Util|Helper).*)|(.*(Manager|Impl|Constants))";

    /** Words that have a field's term instead (CONTRIBUTING, "Glossary"). */
    private static final Pattern PRIVATE_WORD =
            Pattern.compile("octet|anew|brake|whoever|nobody|somebody|wish|told", Pattern.CASE_INSENSITIVE);

    private static Map.Entry<String, Set<String>> row(String step, String... mayUse) {
        return Map.entry(step, Set.of(mayUse));
    }

    /** All rules, by name. */
    Map<String, ArchRule> rules() {
        var rules = new LinkedHashMap<String, ArchRule>();
        rules.put("packages use each other along the arrows alone", classes().should(followTheArrows()));
        rules.put("no cycles", slices().matching(root + ".(*)..").should().beFreeOfCycles());
        rules.put(
                "keys only in encryption",
                noClasses()
                        .that(not(resideIn("encryption")))
                        .should()
                        .dependOnClassesThat()
                        .resideInAnyPackage(KEYS));
        rules.put(
                "JDBC only in persistence, the batch writer, the listener and the doctor",
                noClasses()
                        .that(not(resideIn("persistence").or(speaksJdbc())))
                        .should()
                        .dependOnClassesThat(resideInAnyPackage(SQL)
                                .and(not(type(SQLException.class)))
                                .as("are of SQL")));
        rules.put(
                "failures of the database become exceptions in one place",
                noClasses()
                        .that(not(resideIn("persistence").or(speaksJdbc())))
                        .should()
                        .dependOnClassesThat(type(SQLException.class)));
        rules.put(
                "HTTP is not spoken below",
                noClasses()
                        .that(resideIn(
                                "domain", "encryption", "account", "statistics", "revocation", "refresh", "audit"))
                        .should()
                        .dependOnClassesThat()
                        .resideInAnyPackage("jakarta.ws.rs.."));
        rules.put(
                "secrets are revealed only where they are made, sealed, sent or handed out",
                noClasses()
                        .that(not(resideIn(
                                "domain",
                                "egress",
                                "encryption",
                                "xapi",
                                "security",
                                "consent",
                                "token",
                                "proxy",
                                "transfer",
                                "api",
                                "admin",
                                "cli")))
                        .should()
                        .accessTargetWhere(isCallOf(Secret.class, "reveal")));
        rules.put(
                "the time is asked of the clock that startup hands out",
                noClasses()
                        .that(not(resideIn("startup", "diagnostics", "sandbox")))
                        .should()
                        .accessTargetWhere(readsTheTime()));
        rules.put("names say something", noClasses().should().haveNameMatching("(.*[.$])?(" + EMPTY_NAME + ")"));
        rules.put("names use the terms of the field", classes().should(useTheTermsOfTheField()));
        return rules;
    }

    private ArchCondition<JavaClass> followTheArrows() {
        return new ArchCondition<>("follow the arrows") {
            @Override
            public void check(JavaClass from, ConditionEvents events) {
                var mayUse = MAY_USE.get(step(from).orElse(""));
                if (mayUse == null) {
                    events.add(SimpleConditionEvent.violated(from, from.getName() + " is in a package without a row"));
                    return;
                }
                for (var dependency : from.getDirectDependenciesFromSelf()) {
                    var to = step(dependency.getTargetClass().getBaseComponentType());
                    if (to.isPresent() && !to.equals(step(from)) && !mayUse.contains(to.get())) {
                        events.add(SimpleConditionEvent.violated(
                                dependency,
                                step(from).get() + " may not use " + to.get() + ": " + dependency.getDescription()));
                    }
                }
            }
        };
    }

    private static ArchCondition<JavaClass> useTheTermsOfTheField() {
        return new ArchCondition<>("use the terms of the field") {
            @Override
            public void check(JavaClass type, ConditionEvents events) {
                Stream.concat(
                                Stream.of(type.getSimpleName()),
                                type.getMembers().stream().map(member -> member.getName()))
                        .filter(name -> PRIVATE_WORD.matcher(name).find())
                        .forEach(name -> events.add(
                                SimpleConditionEvent.violated(type, type.getName() + " has the name " + name)));
            }
        };
    }

    /** The package directly under the root; empty for classes outside of it. */
    private Optional<String> step(JavaClass type) {
        var below = type.getPackageName() + ".";
        return below.startsWith(root + ".")
                ? Optional.of(below.substring(root.length() + 1).split("\\.", 2)[0])
                : Optional.empty();
    }

    private DescribedPredicate<JavaClass> resideIn(String... steps) {
        var packages =
                Arrays.stream(steps).map(step -> root + "." + step + "..").collect(Collectors.toSet());
        return resideInAnyPackage(packages.toArray(String[]::new));
    }

    /**
     * The batch writer, the notification listener, and the database probe of {@code keeper doctor}, which runs without the
     * service.
     */
    private DescribedPredicate<JavaClass> speaksJdbc() {
        return named("refresh.RefreshResultRepository")
                .or(named("account.NotificationListener"))
                .or(named("diagnostics.DatabaseProbe"));
    }

    private DescribedPredicate<JavaClass> named(String name) {
        return describe(name, type -> (type.getName() + "$").startsWith(root + "." + name + "$"));
    }

    /** Includes method references: ArchUnit models them as accesses, not as calls. */
    private static DescribedPredicate<JavaAccess<?>> isCallOf(Class<?> owner, String name) {
        return describe(
                "uses " + owner.getSimpleName() + "." + name,
                access -> access.getTargetOwner().isEquivalentTo(owner)
                        && access.getTarget().getName().equals(name));
    }

    private static DescribedPredicate<JavaAccess<?>> readsTheTime() {
        return describe("reads the time", access -> {
            var owner = access.getTargetOwner();
            var name = access.getTarget().getName();
            return (owner.isAssignableTo(Temporal.class) && name.equals("now"))
                    || (owner.isEquivalentTo(Clock.class) && (name.startsWith("system") || name.startsWith("tick")))
                    || (owner.isEquivalentTo(InstantSource.class) && name.equals("system"))
                    || (owner.isEquivalentTo(System.class) && name.equals("currentTimeMillis"))
                    || (owner.isEquivalentTo(java.util.Date.class) && name.equals("<init>"));
        });
    }
}
