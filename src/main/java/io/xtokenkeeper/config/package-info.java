/**
 * Settings: one typed mapping, validated as a whole at start and converted to the settings of each feature. All errors of
 * the configuration are reported at once, with the names that admins write. Beans are produced in {@code startup}.
 */
package io.xtokenkeeper.config;
