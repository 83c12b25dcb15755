package io.xtokenkeeper.operator;

import io.quarkus.qute.CheckedTemplate;
import io.quarkus.qute.TemplateInstance;
import java.util.List;
import java.util.Optional;

/** The pages of this step. */
@CheckedTemplate(basePath = "operator")
final class OperatorPages {
    private OperatorPages() {}

    /** @param standIn the host that plays X, where it is not X */
    static native TemplateInstance landing(boolean open, Optional<String> standIn);

    /**
     * @param refused why the last try did not work
     * @param openId there is an OpenID provider to ask
     */
    static native TemplateInstance signIn(Optional<String> refused, boolean openId);

    /**
     * @param more there are more accounts than these
     * @param told what was just done
     */
    static native TemplateInstance dashboard(List<AccountRow> accounts, boolean more, Optional<String> told);

    static native TemplateInstance disconnect(AccountRow account);
}
