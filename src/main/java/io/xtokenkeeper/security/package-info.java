/**
 * Who comes in: API keys, what each may do, and for which accounts; and the addresses by which a person is let in. Says who calls; what is then handed out is decided
 * elsewhere, by annotations at each endpoint. No address of the API belongs here.
 */
package io.xtokenkeeper.security;
