package io.xtokenkeeper.persistence;

import jakarta.annotation.Priority;
import jakarta.interceptor.AroundInvoke;
import jakarta.interceptor.Interceptor;
import jakarta.interceptor.InvocationContext;
import java.sql.SQLException;

/**
 * Converts the failures of a {@link DatabaseAccess} repository to {@link DatabaseException}. Runs outside of the
 * transaction's interceptor, so that a failed commit is converted too.
 */
@DatabaseAccess
@Interceptor
@Priority(Interceptor.Priority.PLATFORM_BEFORE)
class TranslateFailures {
    /** {@code transaction_resolution_unknown} */
    private static final String COMMIT_UNKNOWN = "08007";

    private final Database database;

    TranslateFailures(Database database) {
        this.database = database;
    }

    @AroundInvoke
    Object translate(InvocationContext call) throws Exception {
        try {
            return call.proceed();
        } catch (DatabaseException e) {
            throw e;
        } catch (Exception e) {
            var cause = SqlStates.find(e);
            if (cause.isEmpty() && e instanceof RuntimeException) {
                throw e;
            }
            var method = call.getMethod();
            throw database.failure(
                    method.getDeclaringClass().getSimpleName() + "." + method.getName(),
                    // a checked exception can only come from the transaction manager: repositories throw none
                    cause.orElseGet(() -> new SQLException(e.getMessage(), COMMIT_UNKNOWN, e)));
        }
    }
}
