package io.xtokenkeeper.account;

/** Why an account needs a new consent. */
public enum LossReason {
    /** X revoked the grant: the user revoked it, it expired, or a consent elsewhere replaced it. */
    REJECTED_BY_X,
    /** A response of X never arrived, and the refresh token that it was for turned out to be spent. */
    LOST_IN_FLIGHT
}
