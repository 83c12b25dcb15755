package io.xtokenkeeper.privacy;

import io.xtokenkeeper.persistence.Row;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * A list in the document about a person: what one table holds. A statement returns at most {@code :limit} rows for the
 * {@code :ids} whose {@code position} is after {@code :after}, in the order of positions. No column of it is a token, a
 * fingerprint or a key, and none is about another person.
 *
 * @param name the JSON field
 */
record Section(String name, String sql, List<Field> fields) {
    /** A JSON field of a row, named like its column. */
    record Field(String name, Function<Row, Object> value) {
        static Field text(String name) {
            return new Field(name, row -> row.optionalText(name).orElse(null));
        }

        static Field time(String name) {
            return new Field(
                    name, row -> row.optionalInstant(name).map(Object::toString).orElse(null));
        }

        static Field number(String name) {
            return new Field(name, row -> row.number(name));
        }
    }

    Map<String, Object> values(Row row) {
        var values = new LinkedHashMap<String, Object>();
        fields.forEach(field -> values.put(field.name(), field.value().apply(row)));
        return values;
    }

    private static final Section REFERENCES =
            new Section("references", """
            select * from (select row_number() over (order by created_at, reference) as position, reference, created_at
                             from account_reference where account_id = any(:ids)) numbered
             where position > :after order by position limit :limit""", List.of(Field.text("reference"), Field.time("created_at")));

    private static final Section CONSENTS = new Section(
            "consents",
            """
            select * from (select row_number() over (order by created_at, state_hash) as position, created_at, expires_at,
                                  consumed_at, scope, return_to, outcome
                             from consent_attempt where account_id = any(:ids) or expected_user = any(:ids)) numbered
             where position > :after order by position limit :limit""",
            List.of(
                    Field.time("created_at"),
                    Field.time("expires_at"),
                    Field.time("consumed_at"),
                    Field.text("scope"),
                    Field.text("return_to"),
                    Field.text("outcome")));

    /** A link that expects another user belongs to that user, also if this one opened it. */
    private static final Section CONSENT_LINKS = new Section(
            "consent_links",
            """
            select seq as position, encode(link_hash, 'hex') as id, created_at, expires_at, started_at, used_at, ended_at,
                   outcome, error, expected_user, account_id as account, scope, granted_scope, return_to, purpose,
                   reference, state
              from consent_link
             where (expected_user = any(:ids) or (account_id = any(:ids) and expected_user is null)) and seq > :after
             order by seq limit :limit""",
            List.of(
                    Field.text("id"),
                    Field.time("created_at"),
                    Field.time("expires_at"),
                    Field.time("started_at"),
                    Field.time("used_at"),
                    Field.time("ended_at"),
                    Field.text("outcome"),
                    Field.text("error"),
                    Field.text("expected_user"),
                    Field.text("account"),
                    Field.text("scope"),
                    Field.text("granted_scope"),
                    Field.text("return_to"),
                    Field.text("purpose"),
                    Field.text("reference"),
                    Field.text("state")));

    /**
     * The ids are found first: with a limit, PostgreSQL might read all events in the order of their ids. An address is the
     * person's only if the person's browser acted.
     */
    private static final Section EVENTS = new Section(
            "events",
            """
            with own as materialized (
                select id, true as own from audit_event
                 where account_id is not null and account_id = any(:ids) and id > :after),
            named as materialized (
                select id, false as own from audit_event
                 where detail like '%X user %' and substring(detail from 'X user ([0-9]{1,19})') = any(:ids)
                   and (account_id is null or account_id <> all(:ids)) and id > :after),
            page as materialized (
                select id, own from (table own union all table named) found order by id limit :limit)
            select e.id as position, e.id, e.at, e.type, split_part(e.actor, ':', 1) as actor, e.outcome,
                   case when own then e.account_id end as account,
                   case when own then e.reference end as reference,
                   case when e.actor = 'browser'
                             and (not own or e.detail is null
                                  or coalesce(substring(e.detail from 'X user ([0-9]{1,19})') = any(:ids), true))
                        then e.address end as address,
                   case when own and substring(e.detail from 'X user ([0-9]{1,19})') <> all(:ids)
                        then regexp_replace(e.detail, 'X user [0-9]{1,19}', 'another X user', 'g')
                        else e.detail end as detail
              from page join audit_event e using (id)
             order by e.id""",
            List.of(
                    Field.number("id"),
                    Field.time("at"),
                    Field.text("type"),
                    Field.text("actor"),
                    Field.text("account"),
                    Field.text("reference"),
                    Field.text("address"),
                    Field.text("outcome"),
                    Field.text("detail")));

    private static final Section DELIVERIES = new Section(
            "webhook_deliveries",
            """
            select seq as position, id, webhook_id as webhook, type, occurred_at, created_at, last_try_at, status
              from webhook_delivery
             where account_id is not null and account_id = any(:ids) and seq > :after
             order by seq limit :limit""",
            List.of(
                    Field.text("id"),
                    Field.text("webhook"),
                    Field.text("type"),
                    Field.time("occurred_at"),
                    Field.time("created_at"),
                    Field.time("last_try_at"),
                    Field.text("status")));

    private static final Section REVOCATIONS = new Section(
            "revocations", """
            select * from (select row_number() over (order by created_at, id) as position, created_at, next_try_at, tries
                             from revocation where account_id = any(:ids)) numbered
             where position > :after order by position limit :limit""", List.of(Field.time("created_at"), Field.time("next_try_at"), Field.number("tries")));

    private static final Section USAGE = new Section(
            "usage",
            """
            select * from (select row_number() over (order by hour, key_id) as position, hour, key_id as key, reads,
                                  refreshes, calls
                             from usage_hour where account_id = any(:ids)) numbered
             where position > :after order by position limit :limit""",
            List.of(
                    Field.time("hour"),
                    Field.text("key"),
                    Field.number("reads"),
                    Field.number("refreshes"),
                    Field.number("calls")));

    /** Everything that is held beside the account itself. */
    static final List<Section> ALL =
            List.of(REFERENCES, CONSENTS, CONSENT_LINKS, EVENTS, DELIVERIES, REVOCATIONS, USAGE);
}
