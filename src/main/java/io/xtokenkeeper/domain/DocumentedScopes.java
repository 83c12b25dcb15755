package io.xtokenkeeper.domain;

import java.util.List;
import java.util.Map;

/**
 * The scopes that X documents somewhere, each with a description for users. No list of X is complete, so other scopes are
 * accepted too and are shown by their names.
 */
public final class DocumentedScopes {
    private static final Map<String, String> DESCRIPTIONS = Map.ofEntries(
            Map.entry("tweet.read", "see the posts that you can see"),
            Map.entry("tweet.write", "post and repost for you"),
            Map.entry("tweet.moderate.write", "hide and show replies to your posts"),
            Map.entry("users.read", "see your profile and those you can see"),
            Map.entry("users.email", "see your e-mail address"),
            Map.entry("follows.read", "see whom you follow and who follows you"),
            Map.entry("follows.write", "follow and unfollow for you"),
            Map.entry("offline.access", "keep this access until you revoke it"),
            Map.entry("space.read", "see the Spaces that you can see"),
            Map.entry("mute.read", "see whom you muted"),
            Map.entry("mute.write", "mute and unmute for you"),
            Map.entry("like.read", "see what you liked"),
            Map.entry("like.write", "like and unlike for you"),
            Map.entry("list.read", "see your Lists"),
            Map.entry("list.write", "manage your Lists"),
            Map.entry("block.read", "see whom you blocked"),
            Map.entry("block.write", "block and unblock for you"),
            Map.entry("bookmark.read", "see your bookmarks"),
            Map.entry("bookmark.write", "bookmark posts for you"),
            Map.entry("dm.read", "read your direct messages"),
            Map.entry("dm.write", "send direct messages for you"),
            Map.entry("media.write", "upload media for you"),
            Map.entry("timeline.read", "see your timelines"),
            Map.entry("broadcast.read", "see your broadcasts"),
            Map.entry("broadcast.write", "manage your broadcasts"),
            Map.entry("ads.read", "see your ads accounts"),
            Map.entry("ads.write", "manage your ads accounts"),
            Map.entry("developer.read", "see your apps at X"),
            Map.entry("developer.write", "manage your apps at X"),
            Map.entry("developer.billing.write", "manage what you pay for X's API"));

    private DocumentedScopes() {}

    public static boolean contains(String name) {
        return DESCRIPTIONS.containsKey(name);
    }

    /** What each scope allows. */
    public static List<String> descriptions(Scopes scopes) {
        return scopes.names().stream().map(DocumentedScopes::description).toList();
    }

    /** What the scope allows, in the words of a consent page; its name if X documents none of this name. */
    public static String description(String name) {
        return DESCRIPTIONS.getOrDefault(name, name);
    }
}
