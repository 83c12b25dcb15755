package io.xtokenkeeper.xapi;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.deser.DeserializationProblemHandler;
import com.fasterxml.jackson.databind.deser.std.StdScalarDeserializer;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.xtokenkeeper.domain.Secret;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.zip.GZIPInputStream;
import java.util.zip.InflaterInputStream;

/**
 * Decodes the body of a response as leniently as possible: gzip whatever the headers specify, deflate as Content-Encoding
 * names it, and any Unicode encoding with or without a byte order mark. A refresh cannot be repeated, so fields can be read
 * even if the JSON is truncated after them. A decompressed body is truncated at 1 MiB.
 */
final class XBody {
    private static final JsonMapper JSON = JsonMapper.builder()
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .addHandler(new NothingInstead())
            .addModule(new SimpleModule().addDeserializer(Secret.class, new ToSecret()))
            .build();
    private static final JsonFactory STREAM = JSON.getFactory();
    private static final int LARGEST = 1 << 20;
    private static final int GZIP_HEADER = 0x1f8b;

    private final byte[] bytes;

    /** @param encoding the header Content-Encoding, null if it is missing */
    XBody(byte[] sent, String encoding) {
        this.bytes = decoded(sent, encoding);
    }

    private static byte[] decoded(byte[] sent, String encoding) {
        try {
            if (sent.length > 2 && (((sent[0] & 0xff) << 8) | (sent[1] & 0xff)) == GZIP_HEADER) {
                return new GZIPInputStream(new ByteArrayInputStream(sent)).readNBytes(LARGEST);
            }
            if ("deflate".equalsIgnoreCase(encoding)) {
                return new InflaterInputStream(new ByteArrayInputStream(sent)).readNBytes(LARGEST);
            }
        } catch (IOException e) {
            // not compressed, contrary to its header or first bytes: used unchanged
        }
        return sent;
    }

    /** Whether the body is a web page. Such a body comes from a server between us and X. */
    boolean isPage() {
        var start = new String(bytes, 0, Math.min(bytes.length, 256), StandardCharsets.UTF_8);
        return start.replace("\uFEFF", "").stripLeading().startsWith("<");
    }

    /** Maps the fields of a response to a type. If the JSON is not an object, no field has a value. */
    static <T> T as(Class<T> type, JsonNode json) {
        var fields = json.isObject() ? json : JSON.createObjectNode();
        try {
            return JSON.treeToValue(fields, type);
        } catch (JsonProcessingException e) {
            return JSON.convertValue(fit(type, fields), type);
        }
    }

    private static JsonNode fit(Class<?> type, JsonNode json) {
        var fields = JSON.createObjectNode();
        json.properties().stream()
                .filter(field -> isFit(type, field.getKey(), field.getValue()))
                .forEach(field -> fields.set(field.getKey(), field.getValue()));
        return fields;
    }

    /** Whether one field can be mapped: a field that cannot must not prevent the others from being read. */
    private static boolean isFit(Class<?> type, String name, JsonNode value) {
        try {
            JSON.treeToValue(JSON.createObjectNode().set(name, value), type);
            return true;
        } catch (JsonProcessingException e) {
            return false;
        }
    }

    /** Reads a value of another type than documented as missing, so that the other fields can still be read. */
    private static final class NothingInstead extends DeserializationProblemHandler {
        @Override
        public Object handleUnexpectedToken(
                DeserializationContext context, JavaType type, JsonToken token, JsonParser parser, String message)
                throws IOException {
            parser.skipChildren();
            return null;
        }

        @Override
        public Object handleWeirdStringValue(
                DeserializationContext context, Class<?> type, String value, String message) {
            return null;
        }
    }

    private static final class ToSecret extends StdScalarDeserializer<Secret> {
        private static final long serialVersionUID = 1L;

        private ToSecret() {
            super(Secret.class);
        }

        @Override
        public Secret deserialize(JsonParser parser, DeserializationContext context) throws IOException {
            var text = parser.getValueAsString();
            parser.skipChildren();
            return text == null || text.isBlank() ? null : Secret.of(text);
        }
    }

    /** The body as JSON, a missing node if it is not JSON. */
    JsonNode json() {
        try {
            return orMissing(JSON.readTree(bytes));
        } catch (IOException e) {
            return jsonInLatin1();
        }
    }

    /**
     * Tokens are ASCII in every charset that extends it; an invalid character in another field must not prevent reading
     * them.
     */
    private JsonNode jsonInLatin1() {
        try {
            return orMissing(JSON.readTree(new String(bytes, StandardCharsets.ISO_8859_1)));
        } catch (IOException e) {
            return MissingNode.getInstance();
        }
    }

    private static JsonNode orMissing(JsonNode json) {
        return json == null ? MissingNode.getInstance() : json;
    }

    /** The complete string and integer fields of the outermost object, for JSON that is truncated after them. */
    JsonNode wholeFields() {
        var read = JSON.createObjectNode();
        try (var parser = STREAM.createParser(bytes)) {
            if (parser.nextToken() == JsonToken.START_OBJECT) {
                while (parser.nextToken() == JsonToken.FIELD_NAME) {
                    readField(parser, read);
                }
            }
        } catch (IOException e) {
            // the JSON is truncated here
        }
        return read.isEmpty() ? MissingNode.getInstance() : read;
    }

    private static void readField(JsonParser parser, ObjectNode read) throws IOException {
        var name = parser.currentName();
        switch (parser.nextToken()) {
            case VALUE_STRING -> read.put(name, parser.getText());
            case VALUE_NUMBER_INT -> read.put(name, parser.getLongValue());
            case START_OBJECT, START_ARRAY -> parser.skipChildren();
            default -> {}
        }
    }
}
