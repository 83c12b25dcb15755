package io.xtokenkeeper.scheduling;

import jakarta.interceptor.InterceptorBinding;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Marks a scheduled method that must keep running: whatever it throws is logged, and it is called again at its next time. If
 * a call does not end, liveness is down ({@link LoopHeartbeats}).
 */
@InterceptorBinding
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.TYPE, ElementType.METHOD})
public @interface SupervisedJob {}
