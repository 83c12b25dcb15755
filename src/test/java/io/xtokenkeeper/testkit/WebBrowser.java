package io.xtokenkeeper.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.logging.Level;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.openqa.selenium.By;
import org.openqa.selenium.NoSuchElementException;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.StaleElementReferenceException;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;

/** A real browser without a window. It records its requests and its console messages. */
public final class WebBrowser implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Pattern ASKED =
            Pattern.compile("\"method\":\"Network\\.requestWillBeSent\".*?\"request\":\\{.*?\"url\":\"([^\"]+)\"");

    private final ChromeDriver driver;
    private final Path profile;

    private WebBrowser(ChromeDriver driver, Path profile) {
        this.driver = driver;
        this.profile = profile;
    }

    /** Whether this machine has a browser and its driver. */
    public static boolean isHere() {
        return program("chromium", "chromium-browser", "google-chrome").isPresent()
                && program("chromedriver").isPresent();
    }

    private static Optional<Path> program(String... names) {
        return Arrays.stream(names)
                .flatMap(name -> Stream.of(System.getenv("PATH").split(":")).map(folder -> Path.of(folder, name)))
                .filter(Files::isExecutable)
                .findFirst();
    }

    public static WebBrowser start() {
        try {
            var profile = Files.createTempDirectory("keeper-browser");
            var logs = new LoggingPreferences();
            logs.enable(LogType.BROWSER, Level.ALL);
            logs.enable(LogType.PERFORMANCE, Level.ALL);
            var options = new ChromeOptions()
                    .setBinary(program("chromium", "chromium-browser", "google-chrome")
                            .orElseThrow()
                            .toFile())
                    .addArguments(
                            "--headless",
                            "--no-sandbox",
                            "--disable-gpu",
                            "--disable-quic",
                            "--disable-dev-shm-usage",
                            "--no-first-run",
                            "--disable-background-networking",
                            "--disable-component-update",
                            "--disable-sync",
                            "--hide-scrollbars",
                            "--user-data-dir=" + profile);
            options.setCapability("goog:loggingPrefs", logs);
            var service = new ChromeDriverService.Builder()
                    .usingDriverExecutable(program("chromedriver").orElseThrow().toFile())
                    .build();
            return new WebBrowser(new ChromeDriver(service, options), profile);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public WebBrowser open(URI address) {
        driver.get(address.toString());
        return this;
    }

    public URI address() {
        return URI.create(driver.getCurrentUrl());
    }

    /** Continues in the window that a page opened, when it is there. */
    public WebBrowser toPopup() {
        var first = driver.getWindowHandle();
        awaitWindows(2);
        driver.getWindowHandles().stream()
                .filter(window -> !window.equals(first))
                .forEach(window -> driver.switchTo().window(window));
        return this;
    }

    /** Continues in the first window, when the popup is closed. */
    public WebBrowser whenPopupIsClosed() {
        awaitWindows(1);
        driver.switchTo().window(driver.getWindowHandles().iterator().next());
        return this;
    }

    private void awaitWindows(int count) {
        Awaitility.await("there are windows: " + count)
                .atMost(PATIENCE)
                .until(() -> driver.getWindowHandles().size() == count);
    }

    /** The text in the clipboard. */
    public String clipboard() {
        driver.executeCdpCommand("Browser.grantPermissions", Map.of("permissions", List.of("clipboardReadWrite")));
        return (String) scriptThatCalls("navigator.clipboard.readText().then(arguments[arguments.length - 1])");
    }

    /** The text of the page; empty while one page was left and the next is not loaded yet. */
    public String text() {
        try {
            return driver.findElement(By.tagName("body")).getText();
        } catch (NoSuchElementException | StaleElementReferenceException e) {
            return "";
        }
    }

    public String text(String css) {
        return find(By.cssSelector(css)).getText();
    }

    public boolean has(String css) {
        return !driver.findElements(By.cssSelector(css)).isEmpty();
    }

    /** Clicks a link or button. */
    public WebBrowser click(String css) {
        find(By.cssSelector(css)).click();
        return this;
    }

    /** Clicks the link or button with this text. */
    public WebBrowser press(String words) {
        find(By.xpath("//*[self::a or self::button][normalize-space()='" + words + "']"))
                .click();
        return this;
    }

    /** Types into the field with this name. */
    public WebBrowser type(String field, String text) {
        find(By.name(field)).sendKeys(text);
        return this;
    }

    /** Waits, because the next page may still be loading. */
    private WebElement find(By place) {
        Awaitility.await("the page has " + place)
                .atMost(PATIENCE)
                .until(() -> !driver.findElements(place).isEmpty());
        return driver.findElement(place);
    }

    /** Waits until the page contains this text. */
    public void await(String words) {
        Awaitility.await("the page says: " + words).atMost(PATIENCE).until(() -> text().contains(words));
    }

    public Object script(String code, Object... arguments) {
        return driver.executeScript(code, arguments);
    }

    /** Runs a script that calls its last argument when it is done. */
    public Object scriptThatCalls(String code) {
        driver.manage().timeouts().scriptTimeout(PATIENCE);
        return driver.executeAsyncScript(code);
    }

    public void forgetCookies() {
        driver.manage().deleteAllCookies();
    }

    public void widen(int width, int height) {
        driver.executeCdpCommand(
                "Emulation.setDeviceMetricsOverride",
                Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", false));
    }

    /** @param scheme light or dark */
    public void prefer(String scheme) {
        driver.executeCdpCommand(
                "Emulation.setEmulatedMedia",
                Map.of(
                        "features",
                        List.of(
                                Map.of("name", "prefers-color-scheme", "value", scheme),
                                Map.of("name", "prefers-reduced-motion", "value", "reduce"))));
    }

    public byte[] picture() {
        return driver.getScreenshotAs(OutputType.BYTES);
    }

    /** Console messages since the last call. */
    public List<String> console() {
        return driver.manage().logs().get(LogType.BROWSER).getAll().stream()
                .map(entry -> entry.getMessage())
                .toList();
    }

    /** Requests since the last call, by pages and by the browser itself. */
    public List<URI> requests() {
        return driver.manage().logs().get(LogType.PERFORMANCE).getAll().stream()
                .map(entry -> ASKED.matcher(entry.getMessage()))
                .filter(asked -> asked.find())
                .map(asked -> asked.group(1))
                .filter(address -> address.startsWith("http"))
                .map(URI::create)
                .toList();
    }

    @Override
    public void close() {
        driver.quit();
        TestPostgres.delete(profile);
    }
}
