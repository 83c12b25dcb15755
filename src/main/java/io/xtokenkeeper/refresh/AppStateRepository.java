package io.xtokenkeeper.refresh;

import io.quarkus.hibernate.orm.panache.PanacheRepositoryBase;
import io.xtokenkeeper.persistence.Database;
import io.xtokenkeeper.persistence.Row;
import io.xtokenkeeper.refresh.AppState.Pause;
import io.xtokenkeeper.refresh.AppState.Shared;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.Optional;

/** Reads and changes {@link AppState}: each change is one statement, as several replicas make them at the same time. */
@ApplicationScoped
public class AppStateRepository implements PanacheRepositoryBase<AppState, Boolean> {
    private static final String READ = """
            select paused_until, app_refused, pause_why, pause_kind, pause_probes,
                   timeline = keeper_timeline() as same_server, settle_until > clock_timestamp() as settling,
                   keeper_timeline() as now_at
              from app_state""";

    /** Only over what this replica has read: a pause that another one has begun since is not overwritten. */
    private static final String REPLACE_PAUSE = """
            update app_state
               set paused_until = :until, app_refused = :appRefused, pause_why = :why, pause_kind = :kind,
                   pause_probes = :probes
             where paused_until is not distinct from :read""";

    private static final String SETTLE = """
            update app_state
               set timeline = keeper_timeline(), settle_until = clock_timestamp() + :longest * interval '1 millisecond'
             where timeline <> keeper_timeline()""";

    /**
     * A bucket that holds one second's worth, in one timestamp: everything up to {@code budget_at} is spoken for.
     */
    private static final String TAKE = """
            with held as (
                select greatest(budget_at, clock_timestamp() - interval '1 second') as at from app_state for update),
            given as (
                select at, greatest(0, least(:wanted, floor(extract(epoch from clock_timestamp() - at) * :rate)))::int as n from held)
            update app_state set budget_at = given.at + given.n * (interval '1 second' / :rate) from given
            returning given.n""";

    private static final String GIVE_BACK =
            "update app_state set budget_at = budget_at - :unused * (interval '1 second' / :rate)";

    private final Database database;

    AppStateRepository(Database database) {
        this.database = database;
    }

    public Shared read() {
        return database.statement("reading the app's state", READ)
                .one(row ->
                        new Shared(pause(row), row.isTrue("same_server"), row.isTrue("settling"), row.text("now_at")));
    }

    private static Optional<Pause> pause(Row row) {
        var until = row.optionalInstant("paused_until");
        if (until.isEmpty()) {
            return Optional.empty();
        }
        var kind =
                kind(row.isTrue("app_refused"), row.optionalText("pause_kind").orElse(null));
        return Optional.of(
                new Pause(until.get(), kind, row.optionalText("pause_why").orElse(null), row.integer("pause_probes")));
    }

    /** A replica of an earlier version writes {@code app_refused} alone. */
    private static Pause.Kind kind(boolean appRefused, String kind) {
        if (appRefused) {
            return Pause.Kind.APP_REJECTED;
        }
        return Pause.Kind.NOT_FROM_X.name().equals(kind) ? Pause.Kind.NOT_FROM_X : Pause.Kind.RATE_LIMITED;
    }

    /**
     * Replaces the pause, for every replica.
     *
     * @param read the one that this replica knows; each has an end of its own
     * @param next empty ends the pause
     * @return false, and nothing happens, where another replica was faster
     */
    public boolean replacePause(Optional<Pause> read, Optional<Pause> next) {
        return database.statement("replacing the pause", REPLACE_PAUSE)
                        .set("until", next.map(Pause::until))
                        .set("appRefused", next.map(Pause::appRefused).orElse(false))
                        .set("why", next.map(Pause::why))
                        .set("kind", next.map(Pause::kind))
                        .set("probes", next.map(Pause::probes).orElse(0))
                        .set("read", read.map(Pause::until))
                        .update()
                == 1;
    }

    /** Another server has taken over: no replica claims anything for {@code longest}, in which calls begun before end. */
    public void settle(Duration longest) {
        database.statement("recording that another server has taken over", SETTLE)
                .set("longest", longest)
                .update();
    }

    /**
     * Takes from the rate that all replicas share.
     *
     * @return how many of {@code wanted} may be called now
     */
    public int take(int wanted, int perSecond) {
        return database.statement("taking from the rate", TAKE)
                .set("wanted", wanted)
                .set("rate", perSecond)
                .first(row -> row.integer("n"))
                .orElse(0);
    }

    /** What was taken and not used, or, below zero, used without having been taken. */
    public void giveBack(int unused, int perSecond) {
        if (unused != 0) {
            database.statement("giving back to the rate", GIVE_BACK)
                    .set("unused", unused)
                    .set("rate", perSecond)
                    .update();
        }
    }
}
