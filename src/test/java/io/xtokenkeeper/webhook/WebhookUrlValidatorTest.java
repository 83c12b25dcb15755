package io.xtokenkeeper.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import io.xtokenkeeper.egress.Egress;
import io.xtokenkeeper.egress.EgressProxy;
import io.xtokenkeeper.egress.NoProxy;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WebhookUrlValidatorTest {
    private static final WebhookSettings PUBLIC_ONLY = new WebhookSettings(false);
    private static final WebhookSettings PRIVATE_TOO = new WebhookSettings(true);

    private static InetAddress literal(String address) {
        try {
            return InetAddress.getByName(address);
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException(address, e);
        }
    }

    /** A validator whose resolver returns IP literals as they are, and these addresses for every name. */
    private static WebhookUrlValidator check(WebhookSettings settings, String... addresses) {
        return new WebhookUrlValidator(
                settings,
                Egress.DIRECT,
                host -> host.startsWith("[") || host.matches("[0-9.]+")
                        ? List.of(InetAddress.getAllByName(host))
                        : List.of(addresses).stream()
                                .map(WebhookUrlValidatorTest::literal)
                                .toList());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://hooks.example/x",
                "HTTPS://Hooks.Example:8443/a/b?c=d",
                "https://hooks.example.",
                "https://xn--bcher-kva.example/",
                "https://8.8.8.8/x",
                "https://[2606:4700::6810:84e5]/x",
                "https://[64:ff9b::808:808]/behind-nat64",
                "https://172.15.255.255/",
                "https://172.32.0.1/",
                "https://100.63.255.255/",
                "https://100.128.0.1/",
                "https://[::ffff:8.8.8.8]/"
            })
    void thePublicInternetIsAllowed(String url) {
        assertThat(check(PUBLIC_ONLY, "93.184.215.14", "2606:2800:21f::1").check(url))
                .isInstanceOf(Destination.Allowed.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                // another scheme, or none
                "http://hooks.example/x",
                "ftp://hooks.example/x",
                "file:///etc/passwd",
                "gopher://hooks.example/",
                "hooks.example/x",
                "//hooks.example/x",
                "https:hooks.example",
                "https:///x",
                "https://",
                "",
                // a host that is not what it seems
                "https://hooks.example@127.0.0.1/",
                "https://user:word@hooks.example/",
                "https://hooks.example\\@127.0.0.1/",
                "https://hooks.example#@127.0.0.1/",
                "https://hooks.example /x",
                "https://hooks.example:0/",
                "https://hooks.example:65536/",
                "https://hooks.example:99999999999/",
                // legacy spellings of IPv4 addresses
                "https://127.1/",
                "https://127.0.1/",
                "https://0/",
                "https://2130706433/",
                "https://0x7f000001/",
                "https://0x7f.0.0.1/",
                "https://0x7f.1/",
                "https://0177.0.0.1/",
                "https://017700000001/",
                "https://127.0.0.1./",
                "https://127.0.0.01/",
                "https://256.0.0.1/",
                "https://%31%32%37.0.0.1/",
                "https://①②⑦.0.0.1/",
                "https://127。0。0。1/",
                // IPv4 addresses that are not public
                "https://0.0.0.0/",
                "https://10.0.0.1/",
                "https://100.64.0.1/",
                "https://100.127.255.255/",
                "https://127.0.0.1/",
                "https://127.255.255.254:8443/",
                "https://168.63.129.16/",
                "https://169.254.169.254/latest/meta-data/",
                "https://172.16.0.1/",
                "https://172.31.255.255/",
                "https://192.0.0.192/",
                "https://192.0.2.1/",
                "https://192.88.99.1/",
                "https://192.168.1.1/",
                "https://198.18.0.1/",
                "https://198.19.255.255/",
                "https://198.51.100.1/",
                "https://203.0.113.1/",
                "https://224.0.0.1/",
                "https://239.255.255.255/",
                "https://240.0.0.1/",
                "https://255.255.255.255/",
                // IPv6 addresses that are not public
                "https://[::]/",
                "https://[::1]/",
                "https://[0:0:0:0:0:0:0:1]/",
                "https://[::ffff:127.0.0.1]/",
                "https://[::ffff:10.0.0.1]/",
                "https://[::ffff:a9fe:a9fe]/",
                "https://[::127.0.0.1]/",
                "https://[64:ff9b::127.0.0.1]/",
                "https://[64:ff9b::a9fe:a9fe]/",
                "https://[64:ff9b:1::1]/",
                "https://[100::1]/",
                "https://[2001::1]/",
                "https://[2001:db8::1]/",
                "https://[2002:7f00:1::]/",
                "https://[3fff::1]/",
                "https://[5f00::1]/",
                "https://[fc00::1]/",
                "https://[fd00:ec2::254]/",
                "https://[fe80::1]/",
                "https://[fe80::1%25eth0]/",
                "https://[fec0::1]/",
                "https://[ff02::1]/"
            })
    void everythingElseIsRefused(String url) {
        assertThat(check(PUBLIC_ONLY, "93.184.215.14").check(url)).isInstanceOf(Destination.Refused.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "::1", "10.1.2.3", "169.254.169.254", "fd00:ec2::254", "::ffff:192.168.0.1"})
    void aNameIsRefusedWhereOneOfItsAddressesIs(String address) {
        assertThat(check(PUBLIC_ONLY, "93.184.215.14", address).check("https://hooks.example/"))
                .isInstanceOf(Destination.Refused.class);
    }

    @Test
    void aNameThatNobodyKnowsIsRefused() {
        var check = new WebhookUrlValidator(PUBLIC_ONLY, Egress.DIRECT, host -> {
            throw new UnknownHostException(host);
        });

        assertThat(check.check("https://hooks.example/")).isEqualTo(new Destination.Refused("its host is not known"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://localhost:8080/x",
                "http://127.0.0.1/",
                "http://[::1]/",
                "https://10.0.0.1/",
                "https://[fd12::1]/",
                "http://8.8.8.8/"
            })
    void privateNetworksAndHttpAreAllowedWhereThatIsSaid(String url) {
        assertThat(check(PRIVATE_TOO, "127.0.0.1").check(url)).isInstanceOf(Destination.Allowed.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://169.254.169.254/latest/meta-data/",
                "http://[::ffff:169.254.169.254]/",
                "http://[fe80::1]/",
                "http://0.0.0.0/",
                "http://224.0.0.1/",
                "http://2852039166/",
                "ftp://10.0.0.1/"
            })
    void whereCloudsKeepTheirMetadataIsNeverAllowed(String url) {
        assertThat(check(PRIVATE_TOO, "127.0.0.1").check(url)).isInstanceOf(Destination.Refused.class);
    }

    @Test
    void aNameThatChangesWhereItPointsToIsRefusedAtTheNextSending() {
        Queue<String> answers = new ArrayDeque<>(List.of("93.184.215.14", "127.0.0.1"));
        var check = new WebhookUrlValidator(PUBLIC_ONLY, Egress.DIRECT, host -> List.of(literal(answers.remove())));

        assertThat(check.check("https://hooks.example/"))
                .isEqualTo(new Destination.Allowed(
                        java.net.URI.create("https://hooks.example/"), literal("93.184.215.14")));
        assertThat(check.check("https://hooks.example/")).isInstanceOf(Destination.Refused.class);
    }

    private static WebhookUrlValidator proxied(String noProxy, String... addresses) {
        var egress = new Egress(
                Optional.of(EgressProxy.of("http://proxy.example:3128")), NoProxy.of(noProxy), Optional.empty());
        return new WebhookUrlValidator(PUBLIC_ONLY, egress, host -> {
            if (addresses.length == 0) {
                throw new UnknownHostException(host);
            }
            return Stream.of(addresses).map(WebhookUrlValidatorTest::literal).toList();
        });
    }

    @Test
    void behindAProxyANameThatOnlyTheProxyKnowsIsLeftToIt() {
        assertThat(proxied("").check("https://hooks.example/")).isInstanceOf(Destination.ByProxy.class);
        assertThat(proxied("", "93.184.215.14").check("https://hooks.example/"))
                .isInstanceOf(Destination.ByProxy.class);
        assertThat(proxied("example").check("https://hooks.example/"))
                .isEqualTo(new Destination.Refused("its host is not known"));
        assertThat(proxied("example", "93.184.215.14").check("https://hooks.example/"))
                .isInstanceOf(Destination.Allowed.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "10.0.0.1", "169.254.169.254", "::1"})
    void behindAProxyTooWhatIsKnownToBePrivateIsRefused(String address) {
        assertThat(proxied("", address).check("https://hooks.example/")).isInstanceOf(Destination.Refused.class);
        assertThat(proxied("", "93.184.215.14", address).check("https://hooks.example/"))
                .isInstanceOf(Destination.Refused.class);
    }
}
