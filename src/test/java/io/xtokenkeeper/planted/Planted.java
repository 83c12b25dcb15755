package io.xtokenkeeper.planted;

import java.util.List;
import java.util.Map;

/** What each rule must say about the classes below. */
public final class Planted {
    private static final Map<String, List<String>> SAID = Map.of(
            "packages use each other along the arrows alone",
                    List.of(
                            "domain may not use account",
                            "startup may not use sandbox",
                            "planted.sandbox.grants.StandInGrant>",
                            "planted.drawer.StringUtils is in a package without a row",
                            "planted.Planted is in a package without a row"),
            "no cycles", List.of("Cycle detected: Slice account"),
            "keys only in encryption", List.of("account.OwnCipher"),
            "JDBC only in persistence, the batch writer, the listener and the doctor", List.of("refresh.OwnStatement"),
            "failures of the database become exceptions in one place", List.of("consent.OwnOutage"),
            "HTTP is not spoken below", List.of("account.SpeaksHttp"),
            "secrets are revealed only where they are made, sealed, sent or handed out",
                    List.of("account.Reveals.byCall", "account.Reveals.byReference"),
            "the time is asked of the clock that startup hands out",
                    List.of(
                            "refresh.OwnClock.instant",
                            "refresh.OwnClock.day",
                            "refresh.OwnClock.clock",
                            "refresh.OwnClock.source",
                            "refresh.OwnClock.millis",
                            "refresh.OwnClock.date",
                            "refresh.OwnClock.byReference"),
            "names say something",
                    List.of(
                            "drawer.StringUtils",
                            "drawer.DateHelpers",
                            "drawer.Names$TokenManager",
                            "drawer.Names$VaultImpl",
                            "drawer.Names$XConstants"),
            "names use the terms of the field",
                    List.of("has the name Wish", "has the name LONGEST_OCTETS", "has the name sealAnew"));

    private Planted() {}

    public static List<String> violationsOf(String rule) {
        return SAID.getOrDefault(rule, List.of());
    }
}
