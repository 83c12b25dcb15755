package io.xtokenkeeper.http;

import jakarta.ws.rs.ext.ParamConverter;
import jakarta.ws.rs.ext.ParamConverterProvider;
import jakarta.ws.rs.ext.Provider;
import java.lang.annotation.Annotation;
import java.lang.reflect.Type;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jboss.resteasy.reactive.RestQuery;

/**
 * Converts query parameters that are numbers, booleans or instants. An invalid value is rejected with 400 and the parameter's name;
 * the framework would respond 404. The annotation must contain the parameter's name.
 */
@Provider
public class QueryParameters implements ParamConverterProvider {
    private static final int MAX_YEAR = 9_999;

    private record Kind(Function<String, Object> read, String message) {}

    private static final Kind INTEGER = new Kind(Integer::valueOf, "must be a number");
    private static final Kind LONG = new Kind(Long::valueOf, "must be a number");
    private static final Kind BOOLEAN = new Kind(QueryParameters::readBoolean, "must be true or false");
    private static final Kind INSTANT =
            new Kind(QueryParameters::readInstant, "must be an instant such as 2026-11-27T10:00:00Z");
    private static final Map<Class<?>, Kind> KINDS = Map.of(
            int.class, INTEGER,
            Integer.class, INTEGER,
            long.class, LONG,
            Long.class, LONG,
            boolean.class, BOOLEAN,
            Boolean.class, BOOLEAN,
            Instant.class, INSTANT);

    @Override
    public <T> ParamConverter<T> getConverter(Class<T> type, Type generic, Annotation[] annotations) {
        var kind = KINDS.get(type);
        if (kind == null) {
            return null;
        }
        return Arrays.stream(annotations)
                .filter(RestQuery.class::isInstance)
                .map(query -> ((RestQuery) query).value())
                .findFirst()
                .map(name -> new Converter<T>(name, kind))
                .orElse(null);
    }

    /** {@code invalid-value}, the same problem as for a violated constraint. */
    public static ProblemException invalid(String name, String message) {
        return new ProblemException(Problem.of(ProblemType.INVALID_VALUE, "1 value(s) are not allowed")
                .with("violations", List.of(Map.of("field", name, "message", message))));
    }

    private static Boolean readBoolean(String text) {
        return switch (text) {
            case "true" -> true;
            case "false" -> false;
            default -> throw new IllegalArgumentException("neither true nor false");
        };
    }

    /** ISO 8601 with an offset from UTC, in the years that the database knows, too. */
    private static Instant readInstant(String text) {
        try {
            var time = OffsetDateTime.parse(text);
            if (time.getYear() < 1 || time.getYear() > MAX_YEAR) {
                throw new IllegalArgumentException("not a year that is used");
            }
            return time.toInstant();
        } catch (DateTimeException e) {
            throw new IllegalArgumentException(e);
        }
    }

    private record Converter<T>(String name, Kind kind) implements ParamConverter<T> {
        @Override
        @SuppressWarnings("unchecked")
        public T fromString(String text) {
            try {
                return (T) kind.read().apply(text);
            } catch (IllegalArgumentException e) {
                throw invalid(name, kind.message());
            }
        }

        @Override
        public String toString(T value) {
            return value.toString();
        }
    }
}
