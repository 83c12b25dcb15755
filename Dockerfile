# The service on a JVM. Build the archive first: ./mvnw package
ARG JRE_IMAGE=eclipse-temurin:25-jre
ARG POSTGRES_IMAGE=postgres:17
FROM ${JRE_IMAGE} AS archive
WORKDIR /keeper
# what changes least comes first, so that an update moves few layers
COPY target/quarkus-app/lib/ lib/
COPY target/quarkus-app/quarkus/ quarkus/
COPY target/quarkus-app/quarkus-run.jar .
COPY target/quarkus-app/app/ app/

# What a start against a database loads and links, kept for all later starts (JEP 483)
FROM ${POSTGRES_IMAGE} AS training
COPY --from=archive /opt/java/openjdk/ /opt/java/openjdk/
COPY --from=archive /keeper/ /keeper/
WORKDIR /keeper
RUN POSTGRES_HOST_AUTH_METHOD=trust docker-entrypoint.sh postgres >/dev/null 2>&1 & \
    for second in $(seq 60); do pg_isready -q -h 127.0.0.1 && break; sleep 1; done; \
    export CLIENT_ID=none KEEPER_JOURNAL=/tmp KEEPER_MASTER_KEY=$(head -c 32 /dev/urandom | base64); \
    export KEEPER_ADMIN_KEY=$KEEPER_MASTER_KEY QUARKUS_DATASOURCE_USERNAME=postgres QUARKUS_DATASOURCE_PASSWORD=none; \
    export QUARKUS_DATASOURCE_JDBC_URL=jdbc:postgresql://127.0.0.1/postgres; \
    /opt/java/openjdk/bin/java -Xmx256m -XX:+UseSerialGC -XX:+UseCompactObjectHeaders \
        -XX:AOTCacheOutput=keeper.aot -jar quarkus-run.jar >log 2>&1 & java=$!; \
    for second in $(seq 300); do grep -q 'started in' log && break; sleep 1; done; \
    kill $java; wait $java; grep 'started in' log || { cat log; exit 1; }; ls -l keeper.aot

FROM archive AS keeper
LABEL org.opencontainers.image.title="x-token-keeper" \
      org.opencontainers.image.description="Keeps X OAuth 2.0 grants alive and hands out valid access tokens" \
      org.opencontainers.image.licenses="Apache-2.0"
ENV JAVA_TOOL_OPTIONS="-XX:MaxRAMPercentage=50 -XX:+UseSerialGC -XX:+UseCompactObjectHeaders -Xss512k -XX:+ExitOnOutOfMemoryError"
COPY --from=training /keeper/keeper.aot .
RUN mkdir /journal && chown 10001:10001 /journal
USER 10001:10001
ENV KEEPER_JOURNAL=/journal
VOLUME /journal
EXPOSE 8080
ENTRYPOINT ["java", "-XX:AOTCache=keeper.aot", "-jar", "quarkus-run.jar"]
