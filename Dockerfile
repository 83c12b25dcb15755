# The service on a JVM. Build the jar first: ./mvnw package
ARG JRE_IMAGE=eclipse-temurin:25-jre
FROM ${JRE_IMAGE}
WORKDIR /keeper
# what changes least comes first, so that an update moves few layers
COPY target/quarkus-app/lib/ lib/
COPY target/quarkus-app/quarkus/ quarkus/
COPY target/quarkus-app/quarkus-run.jar .
COPY target/quarkus-app/app/ app/
RUN mkdir /journal && chown 10001:10001 /journal
USER 10001:10001
ENV KEEPER_JOURNAL=/journal JAVA_TOOL_OPTIONS="-XX:MaxRAMPercentage=60 -XX:+UseSerialGC -XX:+ExitOnOutOfMemoryError"
VOLUME /journal
EXPOSE 8080
ENTRYPOINT ["java", "-jar", "quarkus-run.jar"]
