package io.xtokenkeeper.egress;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;

/** Certificates of CAs that are trusted in addition to those of the JDK. */
public record TrustedCertificates(List<X509Certificate> certificates) {
    public TrustedCertificates {
        certificates = List.copyOf(certificates);
    }

    /**
     * @param file path of a PEM file with one or more certificates
     * @throws IllegalArgumentException if the file contains no certificate or cannot be read
     */
    public static TrustedCertificates of(String file) {
        try {
            var read = CertificateFactory.getInstance("X.509")
                    .generateCertificates(new ByteArrayInputStream(Files.readAllBytes(Path.of(file))));
            if (read.isEmpty()) {
                throw new IllegalArgumentException("is \"" + file + "\": the file holds no certificate");
            }
            return new TrustedCertificates(
                    read.stream().map(X509Certificate.class::cast).toList());
        } catch (CertificateException e) {
            throw new IllegalArgumentException(
                    "is \"" + file + "\": the file holds something else than certificates in PEM form", e);
        } catch (IOException e) {
            throw new IllegalArgumentException("is \"" + file + "\": the file cannot be read", e);
        }
    }

    /** Trusts the CAs of the JDK and these. */
    X509TrustManager trustManager() {
        try {
            var all = KeyStore.getInstance("PKCS12");
            all.load(null, null);
            var number = 0;
            for (var certificate : Stream.concat(
                            Arrays.stream(trusting(null).getAcceptedIssuers()), certificates.stream())
                    .toList()) {
                all.setCertificateEntry(Integer.toString(number++), certificate);
            }
            return trusting(all);
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException("every JDK can do this", e);
        }
    }

    /** @param store null for the JDK's own */
    private static X509TrustManager trusting(KeyStore store) throws GeneralSecurityException {
        var factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(store);
        return Arrays.stream(factory.getTrustManagers())
                .filter(X509TrustManager.class::isInstance)
                .map(X509TrustManager.class::cast)
                .findFirst()
                .orElseThrow();
    }
}
