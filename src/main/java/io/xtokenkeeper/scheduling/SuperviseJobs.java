package io.xtokenkeeper.scheduling;

import io.quarkus.runtime.configuration.DurationConverter;
import io.quarkus.scheduler.Scheduled;
import io.xtokenkeeper.persistence.DatabaseException;
import jakarta.annotation.Priority;
import jakarta.interceptor.AroundInvoke;
import jakarta.interceptor.Interceptor;
import jakarta.interceptor.InvocationContext;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jboss.logging.Logger;

/** Logs whatever a {@link SupervisedJob} throws, and records a heartbeat after each call. */
@SupervisedJob
@Interceptor
@Priority(Interceptor.Priority.APPLICATION)
class SuperviseJobs {
    private static final Logger LOG = Logger.getLogger(SuperviseJobs.class);

    private final LoopHeartbeats heartbeats;
    private final Map<String, LoopHeartbeats.Heartbeat> ofJobs = new ConcurrentHashMap<>();

    SuperviseJobs(LoopHeartbeats heartbeats) {
        this.heartbeats = heartbeats;
    }

    @AroundInvoke
    Object supervise(InvocationContext call) {
        var job = call.getMethod().getAnnotation(Scheduled.class);
        var heartbeat = ofJobs.computeIfAbsent(
                job.identity(),
                name -> heartbeats.register(
                        name, LoopHeartbeats.MAX_SILENCE.plus(DurationConverter.parseDuration(job.every()))));
        try {
            return call.proceed();
        } catch (DatabaseException e) {
            LOG.warnf("%s: tried again in %s: %s", job.identity(), job.every(), e.getMessage());
        } catch (Throwable e) {
            LOG.errorf(e, "%s failed; tried again in %s", job.identity(), job.every());
        } finally {
            heartbeat.beat();
        }
        return null;
    }
}
