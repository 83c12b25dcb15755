/**
 * The REST API for back ends, except {@code token}, {@code proxy} and {@code transfer}: accounts, consent links, keys,
 * events, webhooks and data keys. Each resource maps outcomes to HTTP once, in a switch without a default, and declares its
 * authorization.
 */
// the OpenAPI scanner documents the permissions of @RolesAllowed only for a scheme of this type; OpenApiFilter corrects
// the
// type
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
                                        securitySchemeName = OpenApiFilter.API_KEY,
                                        type = SecuritySchemeType.OPENIDCONNECT)))
package io.xtokenkeeper.api;

import io.xtokenkeeper.http.OpenApiFilter;
import org.eclipse.microprofile.openapi.annotations.Components;
import org.eclipse.microprofile.openapi.annotations.OpenAPIDefinition;
import org.eclipse.microprofile.openapi.annotations.enums.SecuritySchemeType;
import org.eclipse.microprofile.openapi.annotations.info.Info;
import org.eclipse.microprofile.openapi.annotations.security.SecurityScheme;
