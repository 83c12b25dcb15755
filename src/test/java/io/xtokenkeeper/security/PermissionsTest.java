package io.xtokenkeeper.security;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.HttpMethod;
import jakarta.ws.rs.Path;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class PermissionsTest {
    /** Method, path and required permission of every call of the API that a REST resource serves. */
    static Stream<Arguments> calls() {
        return new ClassFileImporter()
                .importPackages("io.xtokenkeeper").stream()
                        .flatMap(each -> each.getMethods().stream())
                        .filter(method -> method.isAnnotatedWith(RolesAllowed.class))
                        .filter(method -> path(method).startsWith("/api/"))
                        .map(method -> Arguments.of(
                                verb(method),
                                path(method).replaceAll("\\{[^}]*}", "1"),
                                method.getAnnotationOfType(RolesAllowed.class).value()[0]));
    }

    private static String verb(JavaMethod method) {
        return method.getAnnotations().stream()
                .flatMap(annotation -> annotation.getRawType().tryGetAnnotationOfType(HttpMethod.class).stream())
                .findFirst()
                .orElseThrow()
                .value();
    }

    private static String path(JavaMethod method) {
        var beginning = method.getOwner()
                .tryGetAnnotationOfType(Path.class)
                .map(Path::value)
                .orElse("");
        return method.tryGetAnnotationOfType(Path.class)
                .map(rest -> beginning + "/" + rest.value())
                .orElse(beginning);
    }

    @ParameterizedTest
    @MethodSource("calls")
    void requiredIsWhatTheResourceSays(String method, String path, String permission) {
        assertThat(Permissions.required(method, path)).contains(permission);
    }

    @Test
    void everyResourceIsLookedAt() {
        assertThat(calls()).hasSizeGreaterThan(25);
    }

    @ParameterizedTest
    @CsvSource({"HEAD, /api/v1/keys, manage", "HEAD, /api/v1/accounts, read", "GET, /api/v1/keysmith, read"})
    void withoutAResourceToo(String method, String path, String permission) {
        assertThat(Permissions.required(method, path)).isEqualTo(Optional.of(permission));
        assertThat(Permissions.required("OPTIONS", path)).isEmpty();
    }
}
