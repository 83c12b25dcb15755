package io.xtokenkeeper.http;

/** A link on a page. */
public record PageLink(String href, String words) {}
