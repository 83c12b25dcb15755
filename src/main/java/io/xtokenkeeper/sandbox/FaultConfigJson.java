package io.xtokenkeeper.sandbox;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.xtokenkeeper.sandbox.faults.Endpoint;
import io.xtokenkeeper.sandbox.faults.Fault;
import io.xtokenkeeper.sandbox.faults.FaultConfig;
import io.xtokenkeeper.sandbox.faults.FaultRule;
import io.xtokenkeeper.sandbox.faults.SendIss;
import io.xtokenkeeper.sandbox.grants.TestUser;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * {@link FaultConfig} as JSON. Reading changes only the members that are present. A fault is a word ({@code "HANG"}), an
 * object ({@code {"fault":"DROP_AFTER","times":1,"users":["42"],"delayMillis":500,"resetSeconds":72000}}), or an array of
 * either. Profiles are an array of {@code {"id":"42","username":"ada","name":"Ada"}}, which replaces the previous one.
 */
final class FaultConfigJson {
    private FaultConfigJson() {}

    static ObjectNode write(FaultConfig switches) {
        ObjectNode json = Json.object()
                .put("accessTokenLifeSeconds", switches.accessTokenLife().toSeconds())
                .put("latencyMillis", switches.latency().toMillis())
                .put("latencyBeforeMillis", switches.latencyBefore().toMillis())
                .put("graceSeconds", switches.grace().toSeconds())
                .put("replayKillsFamily", switches.replayKillsFamily())
                .put("refreshKillsOldAccess", switches.refreshKillsOldAccess())
                .put("reconsentKillsOldGrant", switches.reconsentKillsOldGrant())
                .put("revokeKillsPair", switches.revokeKillsPair())
                .put("revokeRefusesUnknownTokens", switches.revokeRefusesUnknownTokens())
                .put("sendIss", switches.sendIss().name())
                .put("rateLimitResetSeconds", switches.rateLimitReset().toSeconds())
                .put("retryAfterSeconds", switches.retryAfter().toSeconds())
                .put("logCalls", switches.logCalls());
        json.set("withheldScopes", Json.tree(switches.withheldScopes()));
        json.set("profiles", Json.tree(switches.profiles().values()));
        ObjectNode faults = json.putObject("faults");
        for (Endpoint endpoint : Endpoint.values()) {
            List<FaultRule> rules = switches.faults().getOrDefault(endpoint, List.of());
            if (!rules.isEmpty()) {
                ArrayNode array = faults.putArray(endpoint.word());
                rules.forEach(rule -> write(rule, array.addObject()));
            }
        }
        return json;
    }

    /**
     * Changes the members that are present.
     *
     * @throws IllegalArgumentException for an unknown name or an invalid value, with a message for the caller
     */
    static FaultConfig patch(FaultConfig switches, JsonNode json) {
        FaultConfig patched = switches;
        for (Map.Entry<String, JsonNode> each : json.properties()) {
            patched = patch(patched, each.getKey(), each.getValue());
        }
        return patched;
    }

    private static FaultConfig patch(FaultConfig switches, String name, JsonNode value) {
        return switch (name) {
            case "accessTokenLifeSeconds" -> switches.withAccessTokenLife(Duration.ofSeconds(number(name, value)));
            case "latencyMillis" -> switches.withLatency(Duration.ofMillis(number(name, value)));
            case "latencyBeforeMillis" -> switches.withLatencyBefore(Duration.ofMillis(number(name, value)));
            case "graceSeconds" -> switches.withGrace(Duration.ofSeconds(number(name, value)));
            case "replayKillsFamily" -> switches.withReplayKillsFamily(truth(name, value));
            case "refreshKillsOldAccess" -> switches.withRefreshKillsOldAccess(truth(name, value));
            case "reconsentKillsOldGrant" -> switches.withReconsentKillsOldGrant(truth(name, value));
            case "revokeKillsPair" -> switches.withRevokeKillsPair(truth(name, value));
            case "revokeRefusesUnknownTokens" -> switches.withRevokeRefusesUnknownTokens(truth(name, value));
            case "sendIss" -> switches.withSendIss(word(SendIss.class, value.asText()));
            case "rateLimitResetSeconds" -> switches.withRateLimitReset(Duration.ofSeconds(number(name, value)));
            case "retryAfterSeconds" -> switches.withRetryAfter(Duration.ofSeconds(number(name, value)));
            case "logCalls" -> switches.withLogCalls(truth(name, value));
            case "withheldScopes" -> switches.withWithheldScopes(texts(value));
            case "profiles" -> switches.withProfiles(profiles(value));
            case "faults" -> faults(switches, value);
            default -> throw new IllegalArgumentException("no such switch: " + name);
        };
    }

    private static FaultConfig faults(FaultConfig switches, JsonNode json) {
        FaultConfig patched = switches;
        for (Map.Entry<String, JsonNode> each : json.properties()) {
            Endpoint endpoint = word(Endpoint.class, each.getKey());
            List<FaultRule> rules = new ArrayList<>();
            if (each.getValue().isArray()) {
                each.getValue().forEach(rule -> rules.add(rule(rule)));
            } else {
                rules.add(rule(each.getValue()));
            }
            patched = patched.withFaults(endpoint, rules);
        }
        return patched;
    }

    private static FaultRule rule(JsonNode json) {
        if (json.isTextual()) {
            return FaultRule.always(word(Fault.class, json.asText()));
        }
        FaultRule rule = FaultRule.always(word(Fault.class, json.path("fault").asText()));
        for (Map.Entry<String, JsonNode> each : json.properties()) {
            rule = switch (each.getKey()) {
                case "fault" -> rule;
                case "times" -> rule.striking(number("times", each.getValue()));
                case "users" -> rule.forUsers(texts(each.getValue()).toArray(String[]::new));
                case "delayMillis" -> rule.delayedBy(Duration.ofMillis(number("delayMillis", each.getValue())));
                case "resetSeconds" -> rule.resettingIn(Duration.ofSeconds(number("resetSeconds", each.getValue())));
                default -> throw new IllegalArgumentException("no such part of a fault: " + each.getKey());
            };
        }
        return rule;
    }

    private static void write(FaultRule rule, ObjectNode json) {
        json.put("fault", rule.fault().name());
        if (rule.times() != FaultRule.FOREVER) {
            json.put("times", rule.times());
        }
        if (!rule.users().isEmpty()) {
            json.set("users", Json.tree(rule.users()));
        }
        if (rule.fault() == Fault.SLOW || rule.fault() == Fault.SLOW_BEFORE) {
            json.put("delayMillis", rule.delay().toMillis());
        }
        rule.reset().ifPresent(reset -> json.put("resetSeconds", reset.toSeconds()));
    }

    private static List<TestUser> profiles(JsonNode array) {
        List<TestUser> profiles = new ArrayList<>();
        array.forEach(each -> profiles.add(new TestUser(
                each.path("id").asText(),
                each.path("username").asText(),
                each.path("name").asText())));
        return profiles;
    }

    private static Set<String> texts(JsonNode array) {
        Set<String> texts = new LinkedHashSet<>();
        array.forEach(each -> texts.add(each.asText()));
        return texts;
    }

    private static long number(String name, JsonNode value) {
        if (!value.isIntegralNumber() || value.asLong() < 0) {
            throw new IllegalArgumentException(name + " wants a whole number from 0 up");
        }
        return value.asLong();
    }

    private static boolean truth(String name, JsonNode value) {
        if (!value.isBoolean()) {
            throw new IllegalArgumentException(name + " wants true or false");
        }
        return value.asBoolean();
    }

    private static <E extends Enum<E>> E word(Class<E> words, String text) {
        return EnumSet.allOf(words).stream()
                .filter(word -> word.name().equalsIgnoreCase(text))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("not one of " + EnumSet.allOf(words) + ": " + text));
    }
}
