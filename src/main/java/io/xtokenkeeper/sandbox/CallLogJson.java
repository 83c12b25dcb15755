package io.xtokenkeeper.sandbox;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The {@link CallLog} as JSON. */
final class CallLogJson {
    /** Maximum number of users that are listed, unless the caller requests all. */
    private static final int LISTED = 1000;

    private CallLogJson() {}

    static ObjectNode write(CallLog ledger, boolean everybody) {
        ObjectNode json = Json.object();
        ObjectNode calls = json.putObject("calls");
        ledger.calls().forEach((endpoint, outcomes) -> calls.set(endpoint.word(), Json.tree(outcomes)));
        Map<String, Long> refreshes = ledger.refreshes();
        ObjectNode listed = json.put("totalCalls", ledger.totalCalls())
                .put("maxConcurrentTokenCalls", ledger.maxConcurrentTokenCalls())
                .put("openTokenCalls", ledger.openTokenCalls())
                .put("liveGrants", ledger.liveGrants())
                .put("totalRefreshes", ledger.totalRefreshes())
                .put("usersRefreshed", refreshes.size())
                .putObject("refreshes");
        refreshes.entrySet().stream()
                .limit(everybody ? Long.MAX_VALUE : LISTED)
                .forEach(each -> listed.put(each.getKey(), each.getValue()));
        json.put("doubleSpends", ledger.doubleSpends())
                .put("excusedDoubleSpends", ledger.excusedDoubleSpends())
                .set("doubleSpendsByUser", Json.tree(ledger.doubleSpendsByUser()));
        json.put("lostAnswers", ledger.lostAnswers()).set("lostAnswersByUser", Json.tree(ledger.lostAnswersByUser()));
        return json;
    }

    static ObjectNode write(CallLog ledger, String userId) {
        ObjectNode json = Json.object()
                .put("userId", userId)
                .put("liveGrants", ledger.liveGrants(userId))
                .put("scope", String.join(" ", ledger.liveScopes(userId)))
                .put("refreshes", ledger.refreshes(userId))
                .put("doubleSpends", ledger.doubleSpendsByUser().getOrDefault(userId, 0L))
                .put("lostAnswers", ledger.lostAnswersByUser().getOrDefault(userId, 0L));
        List<LoggedCall> log = ledger.log(userId);
        if (!log.isEmpty()) {
            ArrayNode array = json.putArray("log");
            log.forEach(call -> write(call, array.addObject()));
        }
        return json;
    }

    private static void write(LoggedCall call, ObjectNode json) {
        json.put("endpoint", call.endpoint().word())
                .put("host", call.host())
                .put("presented", call.presented())
                .put("arrived", call.arrived().toString());
        call.worked().ifPresent(worked -> json.put("worked", worked.toString()));
        call.ended().ifPresent(ended -> json.put("ended", ended.toString()));
        json.put("outcome", call.outcome()).put("end", call.end().name().toLowerCase(Locale.ROOT));
        call.issued()
                .ifPresent(issue -> json.putObject("issued")
                        .put("grant", issue.grant())
                        .put("generation", issue.generation())
                        .put("access", issue.access())
                        .put("refresh", issue.refresh()));
    }
}
