package io.xtokenkeeper.account;

/** Why an account needs a new consent. */
public enum LossReason {
    /** X says the grant is over: revoked by the person, expired, or replaced by a consent elsewhere. */
    REJECTED_BY_X,
    /** An answer of X never arrived, and the token it answered turned out to be spent. */
    LOST_IN_FLIGHT
}
