# The service on a JVM. Build the archive first: ./mvnw package
ARG JRE_IMAGE=eclipse-temurin:25-jre
FROM ${JRE_IMAGE} AS archive
WORKDIR /keeper
# what changes least comes first, so that an update moves few layers
COPY target/quarkus-app/lib/ lib/
COPY target/quarkus-app/quarkus/ quarkus/
COPY target/quarkus-app/quarkus-run.jar .
COPY target/quarkus-app/app/ app/

# X's stand-in, for trying without an account: docker compose --profile sandbox
FROM archive AS sandbox
COPY target/dev-classes/ sandbox/
USER 10001:10001
ENV JAVA_TOOL_OPTIONS="-Xmx128m -XX:+UseSerialGC" SANDBOX_HOST=0.0.0.0
EXPOSE 8090
ENTRYPOINT ["java", "-cp", "sandbox:lib/main/*", "io.xtokenkeeper.sandbox.SandboxMain"]

FROM archive AS keeper
LABEL org.opencontainers.image.title="x-token-keeper" \
      org.opencontainers.image.description="Keeps X OAuth 2.0 grants alive and hands out valid access tokens" \
      org.opencontainers.image.licenses="Apache-2.0"
ENV JAVA_TOOL_OPTIONS="-XX:MaxRAMPercentage=50 -XX:+UseSerialGC -XX:+UseCompactObjectHeaders -Xss512k -XX:+ExitOnOutOfMemoryError"
# A start that ends at the missing database has loaded most of what a start loads; a JVM without AOT caches does without
RUN CLIENT_ID=none KEEPER_MASTER_KEY=$(head -c 32 /dev/urandom | base64) KEEPER_ADMIN_KEY=$(head -c 32 /dev/urandom | base64) \
    QUARKUS_DATASOURCE_JDBC_URL=jdbc:postgresql://127.0.0.1:1/none QUARKUS_FLYWAY_CONNECT_RETRIES=0 \
    java -XX:AOTCacheOutput=keeper.aot -jar quarkus-run.jar >/dev/null 2>&1 || true; \
    mkdir /journal && chown 10001:10001 /journal
USER 10001:10001
ENV KEEPER_JOURNAL=/journal
VOLUME /journal
EXPOSE 8080
ENTRYPOINT ["java", "-XX:AOTCache=keeper.aot", "-jar", "quarkus-run.jar"]
