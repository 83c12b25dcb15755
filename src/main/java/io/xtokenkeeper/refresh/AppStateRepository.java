package io.xtokenkeeper.refresh;

import io.quarkus.hibernate.orm.panache.PanacheRepositoryBase;
import io.xtokenkeeper.persistence.Database;
import io.xtokenkeeper.persistence.Row;
import io.xtokenkeeper.refresh.AppState.Pause;
import io.xtokenkeeper.refresh.AppState.Shared;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.Optional;

/** Reads and changes {@link AppState}. Each change is one statement, because replicas make them concurrently. */
@ApplicationScoped
public class AppStateRepository implements PanacheRepositoryBase<AppState, Boolean> {
    private static final String READ = """
            select paused_until, app_refused, pause_why, pause_kind, pause_probes,
                   timeline = keeper_timeline() as same_server, settle_until > clock_timestamp() as settling,
                   keeper_timeline() as now_at
              from app_state""";

    /** Replaces only the pause that this replica has read: a pause that another replica began since is not overwritten. */
    private static final String REPLACE_PAUSE = """
            update app_state
               set paused_until = :until, app_refused = :appRefused, pause_why = :why, pause_kind = :kind,
                   pause_probes = :probes
             where paused_until is not distinct from :read""";

    private static final String SETTLE = """
            update app_state
               set timeline = keeper_timeline(), settle_until = clock_timestamp() + :longest * interval '1 millisecond'
             where timeline <> keeper_timeline()""";

    /** A token bucket with the capacity of one second, stored as one timestamp: all rate up to {@code budget_at} is used. */
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

    /** Derives the kind for rows of a replica of an earlier version, which writes {@code app_refused} alone. */
    private static Pause.Kind kind(boolean appRefused, String kind) {
        if (appRefused) {
            return Pause.Kind.APP_REJECTED;
        }
        return Pause.Kind.NOT_FROM_X.name().equals(kind) ? Pause.Kind.NOT_FROM_X : Pause.Kind.RATE_LIMITED;
    }

    /**
     * Replaces the pause for all replicas.
     *
     * @param read the pause that this replica has read, identified by its end
     * @param next empty ends the pause
     * @return false if another replica changed the pause first; nothing is changed then
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

    /**
     * Records a failover: no replica claims anything for {@code longest}, within which all calls that began before it
     * end.
     */
    public void settle(Duration longest) {
        database.statement("recording that another server has taken over", SETTLE)
                .set("longest", longest)
                .update();
    }

    /**
     * Takes from the rate limit that all replicas share.
     *
     * @return how many of {@code wanted} refreshes may start now
     */
    public int take(int wanted, int perSecond) {
        return database.statement("taking from the rate", TAKE)
                .set("wanted", wanted)
                .set("rate", perSecond)
                .first(row -> row.integer("n"))
                .orElse(0);
    }

    /** Returns unused rate; a negative number counts refreshes that took none. */
    public void giveBack(int unused, int perSecond) {
        if (unused != 0) {
            database.statement("giving back to the rate", GIVE_BACK)
                    .set("unused", unused)
                    .set("rate", perSecond)
                    .update();
        }
    }
}
