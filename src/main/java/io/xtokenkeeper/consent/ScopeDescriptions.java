package io.xtokenkeeper.consent;

import io.xtokenkeeper.domain.Scopes;
import java.util.List;
import java.util.Map;

/** Describes scopes to users, based on X's documentation. A scope without a description is shown by its name. */
final class ScopeDescriptions {
    private static final Map<String, String> WORDS = Map.ofEntries(
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
            Map.entry("media.write", "upload media for you"));

    private ScopeDescriptions() {}

    static List<String> of(Scopes scopes) {
        return scopes.names().stream()
                .map(name -> WORDS.getOrDefault(name, name))
                .toList();
    }
}
