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
 * The body of an answer, decoded as HTTP allows, whatever its headers say: gzip and deflate, also where they were not asked
 * for, and any Unicode encoding with or without a byte order mark. What a refresh answers cannot be asked for again, so
 * its fields can be had even where the JSON breaks off behind them.
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

    /** @param encoding the header Content-Encoding, null where there is none */
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
            // not what its header says: read as it is
        }
        return sent;
    }

    /** A web page: it comes from a server between us and X. */
    boolean isPage() {
        var start = new String(bytes, 0, Math.min(bytes.length, 256), StandardCharsets.UTF_8);
        return start.replace("\uFEFF", "").stripLeading().startsWith("<");
    }

    /** What the fields of an answer mean; none has a value where it is no JSON object. */
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

    /** A field that cannot be what it should be must not cost the others. */
    private static boolean isFit(Class<?> type, String name, JsonNode value) {
        try {
            JSON.treeToValue(JSON.createObjectNode().set(name, value), type);
            return true;
        } catch (JsonProcessingException e) {
            return false;
        }
    }

    /** A value of another type than documented is taken as missing: it must not cost the fields beside it. */
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

    /** A missing node where it is not JSON. */
    JsonNode json() {
        try {
            return orMissing(JSON.readTree(bytes));
        } catch (IOException e) {
            return jsonInLatin1();
        }
    }

    /** Tokens are ASCII in every charset that extends it; a character elsewhere must not cost them. */
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

    /** The fields of the outermost object that are whole, where the JSON breaks off behind them. */
    JsonNode wholeFields() {
        var read = JSON.createObjectNode();
        try (var parser = STREAM.createParser(bytes)) {
            if (parser.nextToken() == JsonToken.START_OBJECT) {
                while (parser.nextToken() == JsonToken.FIELD_NAME) {
                    readField(parser, read);
                }
            }
        } catch (IOException e) {
            // here it breaks off
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
