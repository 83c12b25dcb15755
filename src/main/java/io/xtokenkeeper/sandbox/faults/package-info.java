/**
 * The fault configuration: which faults apply to which endpoints and users, and what is not known for certain about X. Of
 * the simulator it uses only {@code grants}. Faults are injected, and the configuration is read and written as JSON, in
 * {@code sandbox}.
 */
package io.xtokenkeeper.sandbox.faults;
