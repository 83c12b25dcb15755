/**
 * Handing out: what a back end calls. Says in HTTP what {@code refresh} and {@code vault} say in types, each outcome
 * mapped once, in a switch without a default. Authorization is declared on every method.
 */
// the scanner notes the rights of @RolesAllowed beside a scheme of this type alone; DescribeApi mends it
@OpenAPIDefinition(
        info =
                @Info(
                        title = "x-token-keeper",
                        version = "of the build",
                        description =
                                "Keeps X OAuth 2.0 grants alive and hands out valid access tokens. Every error is a"
                                        + " problem (RFC 9457); /problems lists them."),
        components =
                @Components(
                        securitySchemes =
                                @SecurityScheme(
                                        securitySchemeName = DescribeApi.API_KEY,
                                        type = SecuritySchemeType.OPENIDCONNECT)))
package io.xtokenkeeper.consumer;

import io.xtokenkeeper.web.DescribeApi;
import org.eclipse.microprofile.openapi.annotations.Components;
import org.eclipse.microprofile.openapi.annotations.OpenAPIDefinition;
import org.eclipse.microprofile.openapi.annotations.enums.SecuritySchemeType;
import org.eclipse.microprofile.openapi.annotations.info.Info;
import org.eclipse.microprofile.openapi.annotations.security.SecurityScheme;
