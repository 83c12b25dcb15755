# The service on a JVM. Building it needs only a container engine with BuildKit: docker build .
# PACKAGED=outside uses the archive that ./mvnw package built before.
ARG JDK_IMAGE=eclipse-temurin:25-jdk
ARG JRE_IMAGE=eclipse-temurin:25-jre
ARG POSTGRES_IMAGE=postgres:17
ARG PACKAGED=inside

FROM --platform=$BUILDPLATFORM ${JDK_IMAGE} AS jdk
WORKDIR /build
COPY .mvn/ .mvn/
COPY mvnw .
# Maven, and the folder for its downloads, which may exist already
RUN sh mvnw --version && mkdir -p /root/.m2/repository

FROM jdk AS inside
COPY pom.xml .
COPY src/main/ src/main/
# cached by the engine between builds
RUN --mount=type=cache,target=/root/.m2/repository,from=jdk,source=/root/.m2/repository \
    sh mvnw -B -q package -Dmaven.test.skip -Dspotless.check.skip

FROM scratch AS outside
COPY target/quarkus-app/ /build/target/quarkus-app/

FROM ${PACKAGED} AS packaged

FROM ${JRE_IMAGE} AS archive
WORKDIR /keeper
# what changes least comes first, so that an update transfers few layers
COPY --from=packaged /build/target/quarkus-app/lib/ lib/
COPY --from=packaged /build/target/quarkus-app/quarkus/ quarkus/
COPY --from=packaged /build/target/quarkus-app/quarkus-run.jar .
COPY --from=packaged /build/target/quarkus-app/app/ app/

# An AOT cache (JEP 483) from a start against a database
FROM ${POSTGRES_IMAGE} AS training
COPY --from=archive /opt/java/openjdk/ /opt/java/openjdk/
COPY --from=archive /keeper/ /keeper/
WORKDIR /keeper
RUN POSTGRES_HOST_AUTH_METHOD=trust docker-entrypoint.sh postgres >/dev/null 2>&1 & \
    for second in $(seq 60); do pg_isready -q -h 127.0.0.1 && break; sleep 1; done; \
    export CLIENT_ID=none KEEPER_JOURNAL=/tmp QUARKUS_DATASOURCE_USERNAME=postgres QUARKUS_DATASOURCE_PASSWORD=none; \
    export KEEPER_MASTER_KEY=$(head -c 32 /dev/urandom | base64) KEEPER_ADMIN_KEY=$(head -c 32 /dev/urandom | base64); \
    export QUARKUS_DATASOURCE_JDBC_URL=jdbc:postgresql://127.0.0.1/postgres; \
    /opt/java/openjdk/bin/java -Xmx256m -XX:+UseSerialGC -XX:+UseCompactObjectHeaders \
        -XX:AOTCacheOutput=keeper.aot -jar quarkus-run.jar >log 2>&1 & java=$!; \
    for second in $(seq 300); do grep -q 'started in' log && break; kill -0 $java || break; sleep 1; done; \
    kill $java; wait $java; grep 'started in' log || { cat log; exit 1; }; ls -l keeper.aot

FROM archive AS keeper
LABEL org.opencontainers.image.title="x-token-keeper" \
      org.opencontainers.image.description="Keeps X OAuth 2.0 grants alive and provides valid access tokens" \
      org.opencontainers.image.licenses="Apache-2.0"
COPY --from=training /keeper/keeper.aot .
RUN mkdir /journal && chown 10001:10001 /journal
USER 10001:10001
ENV KEEPER_JOURNAL=/journal
VOLUME /journal
EXPOSE 8080
# not in JAVA_TOOL_OPTIONS, which is left to the operator and is added to these
ENTRYPOINT ["java", "-XX:MaxRAMPercentage=50", "-XX:+UseSerialGC", "-XX:+UseCompactObjectHeaders", "-Xss512k", \
    "-XX:+ExitOnOutOfMemoryError", "-XX:AOTCache=keeper.aot", "-jar", "quarkus-run.jar"]
