package io.xtokenkeeper.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/** A CA that no JDK trusts, created for one test, and a server certificate issued by it. */
public final class PrivateCa {
    private static final String WORD = "changeit";

    private final Path folder;

    /** @param names of the server, as keytool writes them: {@code dns:x.example,ip:127.0.0.1} */
    public PrivateCa(String names) {
        try {
            folder = Files.createTempDirectory("private-ca");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        keytool("ca", "-genkeypair", "-keyalg", "EC", "-dname", "CN=Private CA of a test", "-ext", "bc:c");
        keytool("ca", "-exportcert", "-rfc", "-file", certificate().toString());
        keytool("server", "-genkeypair", "-keyalg", "EC", "-dname", "CN=server of a test");
        keytool("server", "-certreq", "-file", file("request"));
        keytool("ca", "-gencert", "-infile", file("request"), "-outfile", file("signed"), "-ext", "san=" + names);
        keytool(
                "server",
                "-importcert",
                "-noprompt",
                "-alias",
                "ca",
                "-file",
                certificate().toString());
        keytool("server", "-importcert", "-noprompt", "-file", file("signed"));
    }

    /** The CA's certificate, as PEM. */
    public Path certificate() {
        return folder.resolve("ca.pem");
    }

    /** For a server that presents the certificate. */
    public SSLContext server() {
        try {
            var store = KeyStore.getInstance(folder.resolve("server.p12").toFile(), WORD.toCharArray());
            // the CA's own certificate is in the chain already
            store.deleteEntry("ca");
            var keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            keys.init(store, WORD.toCharArray());
            var context = SSLContext.getInstance("TLS");
            context.init(keys.getKeyManagers(), null, null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String file(String name) {
        return folder.resolve(name).toString();
    }

    private void keytool(String store, String... arguments) {
        var command = new ArrayList<String>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
        command.addAll(List.of(arguments));
        if (!command.contains("-alias")) {
            command.addAll(List.of("-alias", store));
        }
        command.addAll(List.of("-storetype", "PKCS12", "-keystore", file(store + ".p12"), "-storepass", WORD));
        try {
            var run = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(folder.resolve("keytool.log").toFile())
                    .start();
            if (!run.waitFor(60, TimeUnit.SECONDS) || run.exitValue() != 0) {
                throw new IllegalStateException(Files.readString(folder.resolve("keytool.log")));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
