package io.xtokenkeeper.scheduling;

import jakarta.interceptor.InterceptorBinding;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * A scheduled method that must go on running: whatever it throws is logged, and it is called again at its next time. Where
 * a call does not end, liveness is down ({@link LoopHeartbeats}).
 */
@InterceptorBinding
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.TYPE, ElementType.METHOD})
public @interface SupervisedJob {}
