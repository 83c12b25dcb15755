package io.xtokenkeeper.web;

/** A link on a page. */
public record PageLink(String href, String words) {}
