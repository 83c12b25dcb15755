package io.xtokenkeeper.charts;

import io.quarkus.qute.CheckedTemplate;
import io.quarkus.qute.TemplateInstance;

/** The templates of the admin pages with charts, with their parameters. */
@CheckedTemplate(basePath = "operator")
final class ChartPages {
    private ChartPages() {}

    static native TemplateInstance charts(ChartsView charts);

    static native TemplateInstance usage(UsageView usage);
}
