"""Prints every query of a Grafana dashboard as a recording rule, so that promtool can tell whether they are PromQL."""

import json
import re
import sys


def queries(panels):
    for panel in panels:
        yield from queries(panel.get("panels", []))
        for target in panel.get("targets", []):
            yield panel["title"], target["expr"]


with open(sys.argv[1]) as file:
    dashboard = json.load(file)

found = list(queries(dashboard["panels"]))
if not found:
    sys.exit("no query found")
print("groups:\n  - name: dashboard\n    rules:")
for number, (title, expression) in enumerate(found):
    # Grafana fills these in
    expression = re.sub(r"\$__(rate_)?interval|\$interval", "5m", expression)
    expression = re.sub(r"\$\{?\w+\}?", ".*", expression)
    print(f"      - record: dashboard:panel_{number}\n        expr: {json.dumps(expression)}\n        labels: {{title: {json.dumps(title)}}}")
