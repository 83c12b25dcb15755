package io.xtokenkeeper.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Checks a page in the light and the dark colour scheme, on a wide screen and a narrow phone. Screenshots are kept in
 * {@code target}.
 */
public final class PageCheck {
    private static final Path PICTURES = Path.of("target", "screenshots");
    private static final int WIDE = 1280;
    private static final int NARROW = 360;
    private static final int HEIGHT = 860;

    /** The dark scheme is checked for colours only, because nothing else changes with the scheme. */
    private static final String ALL_RULES = "{resultTypes: ['violations']}";

    private static final String COLOURS = "{runOnly: ['color-contrast'], resultTypes: ['violations']}";

    private static final String AXE = """
            const done = arguments[arguments.length - 1];
            axe.run(document, OPTIONS).then(found => done(found.violations
                .filter(rule => ['serious', 'critical'].includes(rule.impact))
                .flatMap(rule => rule.nodes.map(node => rule.id + ': ' + node.html.slice(0, 160)))));""";

    private final WebBrowser browser;
    private final String axe;

    public PageCheck(WebBrowser browser) {
        this.browser = browser;
        try (var in = PageCheck.class.getResourceAsStream("/axe.min.js")) {
            axe = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            Files.createDirectories(PICTURES);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Checks the page that the browser shows. */
    public void look(String name) {
        browser.widen(WIDE, HEIGHT);
        browser.prefer("light");
        keep(name + "-light");
        browser.script(axe);
        assertThat(findings(ALL_RULES)).as(name + ", light").isEmpty();

        browser.prefer("dark");
        keep(name + "-dark");
        assertThat(findings(COLOURS)).as(name + ", dark").isEmpty();

        browser.prefer("light");
        browser.widen(NARROW, HEIGHT);
        keep(name + "-narrow");
        assertThat((Long) browser.script("return document.documentElement.scrollWidth"))
                .as(name + " scrolls sideways on a phone")
                .isLessThanOrEqualTo(NARROW);
        browser.widen(WIDE, HEIGHT);
        assertThat(browser.console()).as("console of " + name).isEmpty();
    }

    private List<?> findings(String options) {
        return (List<?>) browser.scriptThatCalls(AXE.replace("OPTIONS", options));
    }

    private void keep(String name) {
        try {
            Files.write(PICTURES.resolve(name + ".png"), browser.picture());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
