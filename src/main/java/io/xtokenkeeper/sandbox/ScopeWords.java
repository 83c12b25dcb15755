package io.xtokenkeeper.sandbox;

import java.util.Map;

/** Descriptions of X's scopes for users. */
final class ScopeWords {
    private static final Map<String, String> WORDS = Map.ofEntries(
            Map.entry("tweet.read", "See posts you can see, protected accounts' among them"),
            Map.entry("tweet.write", "Post and repost for you"),
            Map.entry("tweet.moderate.write", "Hide and unhide replies to your posts"),
            Map.entry("users.read", "See accounts you can see, protected ones among them"),
            Map.entry("users.email", "See your e-mail address"),
            Map.entry("follows.read", "See who follows you, and whom you follow"),
            Map.entry("follows.write", "Follow and unfollow people for you"),
            Map.entry("offline.access", "Keep this access while you are away, until you end it"),
            Map.entry("space.read", "See Spaces you can see"),
            Map.entry("mute.read", "See whom you muted"),
            Map.entry("mute.write", "Mute and unmute accounts for you"),
            Map.entry("like.read", "See posts you liked, and likes you can see"),
            Map.entry("like.write", "Like and unlike posts for you"),
            Map.entry("list.read", "See your Lists, private ones among them"),
            Map.entry("list.write", "Make and change Lists for you"),
            Map.entry("block.read", "See whom you blocked"),
            Map.entry("block.write", "Block and unblock accounts for you"),
            Map.entry("bookmark.read", "See your bookmarks"),
            Map.entry("bookmark.write", "Bookmark posts, and remove bookmarks, for you"),
            Map.entry("dm.read", "Read your direct messages"),
            Map.entry("dm.write", "Send and change direct messages for you"),
            Map.entry("media.write", "Upload media for you"),
            Map.entry("timeline.read", "See your timelines"),
            Map.entry("broadcast.read", "See your broadcasts"),
            Map.entry("broadcast.write", "Make and change broadcasts for you"),
            Map.entry("ads.read", "See your ads accounts"),
            Map.entry("ads.write", "Change your ads accounts"),
            Map.entry("developer.read", "See your developer account"),
            Map.entry("developer.write", "Change your developer account"),
            Map.entry("developer.billing.write", "Change the billing of your developer account"));

    private ScopeWords() {}

    static String of(String scope) {
        return WORDS.getOrDefault(scope, "Something this sandbox has no words for");
    }
}
