package io.xtokenkeeper.persistence;

import jakarta.annotation.Priority;
import jakarta.interceptor.AroundInvoke;
import jakarta.interceptor.Interceptor;
import jakarta.interceptor.InvocationContext;

/** Around the transaction, so that a commit that fails is translated too. */
@DatabaseAccess
@Interceptor
@Priority(Interceptor.Priority.PLATFORM_BEFORE)
class TranslateFailures {
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
            if (cause.isEmpty()) {
                throw e;
            }
            var method = call.getMethod();
            throw database.failure(method.getDeclaringClass().getSimpleName() + "." + method.getName(), cause.get());
        }
    }
}
