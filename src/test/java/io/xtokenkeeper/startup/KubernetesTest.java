package io.xtokenkeeper.startup;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.networking.v1.HTTPIngressPath;
import io.fabric8.kubernetes.api.model.networking.v1.Ingress;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import java.io.File;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The manifests, parsed with Kubernetes' model: an unknown field, or one in the wrong place, fails. */
class KubernetesTest {
    private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());
    private static final Map<String, Class<?>> KINDS = Map.of(
            "v1/ServiceAccount", ServiceAccount.class,
            "v1/ConfigMap", ConfigMap.class,
            "v1/Service", Service.class,
            "apps/v1/StatefulSet", StatefulSet.class,
            "policy/v1/PodDisruptionBudget", PodDisruptionBudget.class,
            "networking.k8s.io/v1/Ingress", Ingress.class,
            "networking.k8s.io/v1/NetworkPolicy", NetworkPolicy.class);

    private static final Map<Class<?>, Object> OBJECTS = new HashMap<>();

    @BeforeAll
    static void read() throws IOException {
        try (var documents =
                YAML.readerFor(JsonNode.class).<JsonNode>readValues(new File("docs/kubernetes/keeper.yaml"))) {
            while (documents.hasNext()) {
                var document = documents.next();
                var kind = document.path("apiVersion").asText() + "/"
                        + document.path("kind").asText();
                assertThat(KINDS).containsKey(kind);
                OBJECTS.put(KINDS.get(kind), YAML.treeToValue(document, KINDS.get(kind)));
            }
        }
    }

    private static <T> T the(Class<T> kind) {
        return kind.cast(OBJECTS.get(kind));
    }

    /** The model keeps unknown fields apart. */
    private static void assertKnown(Object model, String where)
            throws IllegalAccessException, InvocationTargetException {
        if (model instanceof Collection<?> several) {
            for (var one : several) {
                assertKnown(one, where);
            }
        } else if (model != null && model.getClass().getName().startsWith("io.fabric8.")) {
            for (var getter : model.getClass().getMethods()) {
                var name = getter.getName();
                if (name.startsWith("get") && getter.getParameterCount() == 0 && !name.equals("getClass")) {
                    var value = getter.invoke(model);
                    if (name.equals("getAdditionalProperties")) {
                        assertThat((Map<?, ?>) value).as(where).isEmpty();
                    } else {
                        assertKnown(value, where + "." + name.substring(3));
                    }
                }
            }
        }
    }

    @Test
    void everyObjectIsThereAndEveryWordIsKnown() throws Exception {
        assertThat(OBJECTS).hasSameSizeAs(KINDS);
        for (var each : OBJECTS.entrySet()) {
            assertKnown(each.getValue(), each.getKey().getSimpleName());
        }
    }

    @Test
    void everythingSelectsThePodsAndTheServicesPortIsTheirs() {
        var pods = the(StatefulSet.class).getSpec().getTemplate();
        var labels = pods.getMetadata().getLabels();
        assertThat(the(StatefulSet.class).getSpec().getSelector().getMatchLabels())
                .isEqualTo(labels);
        assertThat(the(Service.class).getSpec().getSelector()).isEqualTo(labels);
        assertThat(the(PodDisruptionBudget.class).getSpec().getSelector().getMatchLabels())
                .isEqualTo(labels);
        assertThat(the(NetworkPolicy.class).getSpec().getPodSelector().getMatchLabels())
                .isEqualTo(labels);
        assertThat(pods.getSpec()
                        .getContainers()
                        .getFirst()
                        .getPorts()
                        .getFirst()
                        .getName())
                .isEqualTo(the(Service.class)
                        .getSpec()
                        .getPorts()
                        .getFirst()
                        .getTargetPort()
                        .getStrVal());
    }

    @Test
    void theOutsideReachesWhatItNeedsAndNobodyIsTrustedByTheThousand() {
        var paths = the(Ingress.class).getSpec().getRules().getFirst().getHttp().getPaths();
        assertThat(paths)
                .noneMatch(path -> path.getPath().startsWith("/q"))
                .filteredOn(path -> path.getPath().equals("/"))
                .singleElement()
                .matches(path -> path.getPathType().equals("Exact"));
        assertThat(paths).extracting(HTTPIngressPath::getPath).contains("/api", "/connect", "/oauth", "/sign-in");
        assertThat(the(NetworkPolicy.class).getSpec().getIngress())
                .isNotEmpty()
                .allMatch(rule -> !rule.getFrom().isEmpty());
        assertThat(the(ConfigMap.class).getData()).doesNotContainKey("KEEPER_TRUSTED_PROXIES");
    }

    @Test
    void aPodHasTimeToSaveWhatIsUnderWay() {
        var settings = the(ConfigMap.class).getData();
        var grace = Integer.parseInt(settings.get("KEEPER_SHUTDOWN_GRACE").replace("s", ""));
        var pods = the(StatefulSet.class).getSpec().getTemplate().getSpec();
        // the delay before the shutdown, the drain, and what webhooks may take after it
        assertThat(pods.getTerminationGracePeriodSeconds()).isGreaterThanOrEqualTo(5 + grace + 10);
    }

    @Test
    void everyMountHasItsVolumeAndTheJournalIsNoScratchPad() {
        var spec = the(StatefulSet.class).getSpec();
        var pods = spec.getTemplate().getSpec();
        var claims = spec.getVolumeClaimTemplates().stream()
                .map(claim -> claim.getMetadata().getName())
                .toList();
        var volumes = pods.getVolumes().stream().map(volume -> volume.getName()).toList();
        assertThat(pods.getContainers().getFirst().getVolumeMounts())
                .allMatch(mount -> claims.contains(mount.getName()) || volumes.contains(mount.getName()));
        assertThat(claims).containsExactly("journal");
    }
}
