/**
 * Settings: one typed mapping, validated as a whole at start, turned into the settings of each feature. Every problem of the
 * configuration is reported at once, in operators' words. Beans are produced in {@code startup}.
 */
package io.xtokenkeeper.config;
