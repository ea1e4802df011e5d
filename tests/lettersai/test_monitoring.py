"""The dashboard and the alerts use metrics that exist, and every alert has a section in the runbook."""

import json
import re
import subprocess
from typing import Any

import promql_parser
import pytest
import yaml
from django.utils import timezone

from lettersai import celery_signals
from scoring import metrics
from tests.support.docker import FOLDER, SERVICES
from tests.support.drawings import ink_of
from tests.support.site import ROOT

[RULES] = yaml.safe_load((FOLDER / "prometheus" / "alerts.yml").read_text())["groups"]
ALERTS: dict[str, dict[str, Any]] = {rule["alert"]: rule for rule in RULES["rules"]}
DASHBOARD = json.loads((FOLDER / "grafana" / "lettersai.json").read_text())
PANELS: dict[str, list[str]] = {
    panel["title"]: [target["expr"].replace("$__rate_interval", "1m") for target in panel["targets"]]
    for panel in DASHBOARD["panels"]
}
EXPRESSIONS = [expression for expressions in PANELS.values() for expression in expressions] + [
    rule["expr"] for rule in ALERTS.values()
]
#: A metric of Prometheus itself.
UP = "up"


def selectors(expression: str) -> list[tuple[str, set[str]]]:
    """The metric and the label names of each selector in the expression."""
    found = re.findall(r"\b(up|lettersai_\w+)(?:\{([^}]*)\})?", expression)
    return [(name, set(re.findall(r"(\w+)\s*(?:=~|!~|!=|=)", labels))) for name, labels in found]


@pytest.fixture
def exported(client_of, post, settings, monkeypatch, fake_scorer) -> dict[str, set[str]]:
    """The label names of each metric that the site exports after some activity, by metric."""
    settings.METRICS_TOKEN = "token"
    alice = client_of("alice")
    post(alice, {"ink": ink_of("口"), "target": "口"})
    post(alice, {"ink": {}})
    metrics.count_score("fake", 90, timezone.now())
    celery_signals.SECONDS.labels("scoring.tasks.score_attempt", "SUCCESS").observe(0.1)
    monkeypatch.setattr("scoring.wakeup.answers", lambda: True)
    monkeypatch.setattr("scoring.wakeup.is_worker_alive", lambda: True)
    text = alice.get("/metrics", headers={"Authorization": "Bearer token"}).content.decode()
    lines = re.findall(r"^(\w+)(?:\{(.*)\})? ", text, re.MULTILINE)
    return {name: set(re.findall(r'(\w+)="', labels)) for name, labels in lines}


@pytest.mark.django_db
def test_dashboard_and_alerts_use_metrics_that_the_site_has(exported):
    for expression in EXPRESSIONS:
        for name, labels in selectors(expression):
            if name == UP:
                continue
            assert name in exported, expression
            assert labels <= exported[name], expression


@pytest.mark.parametrize("expression", EXPRESSIONS)
def test_every_expression_is_valid_promql(expression):
    promql_parser.parse(expression)


@pytest.mark.django_db
def test_the_metrics_show_which_services_are_down(client, settings, monkeypatch):
    settings.METRICS_TOKEN = "token"
    monkeypatch.setattr("scoring.wakeup.answers", lambda: True)
    monkeypatch.setattr("scoring.wakeup.is_worker_alive", lambda: False)
    text = client.get("/metrics", headers={"Authorization": "Bearer token"}).content.decode()
    assert 'lettersai_ready{part="broker"} 1.0' in text
    assert 'lettersai_ready{part="worker"} 0.0' in text


@pytest.mark.django_db
@pytest.mark.parametrize(("path", "status"), [("/metrics", 404), ("/health/live", 200), ("/characters/", 400)])
def test_only_health_and_metrics_accept_an_ip_address_as_host(client, settings, path, status):
    settings.ALLOWED_HOSTS = [".letters.example.org"]
    assert client.get(path, headers={"host": "10.1.2.3:8000"}).status_code == status


@pytest.mark.parametrize("alert", ALERTS)
def test_every_alert_has_a_summary_and_a_section_in_the_runbook(alert):
    rule = ALERTS[alert]
    assert rule["labels"]["severity"] in ("page", "ticket")
    assert rule["annotations"]["summary"].endswith(".")
    assert f"\n### {alert}\n" in (ROOT / "docs" / "runbook.md").read_text()


def test_the_runbook_has_no_other_alerts():
    headings = re.findall(r"^### (\w+)$", (ROOT / "docs" / "runbook.md").read_text(), re.MULTILINE)
    assert set(headings) == set(ALERTS)


def test_prometheus_scrapes_existing_services_at_their_ports():
    jobs = yaml.safe_load((FOLDER / "prometheus" / "prometheus.yml").read_text())["scrape_configs"]
    asked = {name: place["port"] for job in jobs for place in job["dns_sd_configs"] for name in place["names"]}
    assert asked == {"web": 8000, "worker": 9100, "mailer": 9100}
    assert set(asked) <= set(SERVICES)
    exposed = re.findall(r"^EXPOSE (\d+)$", (FOLDER / "Dockerfile").read_text(), re.MULTILINE)
    assert {str(port) for port in asked.values()} == set(exposed)


def test_a_secret_in_a_file_is_found(tmp_path):
    leaked = tmp_path / "settings.py"
    for line in ("-----BEGIN RSA " + "PRIVATE KEY-----", 'AWS = "AKIA' + 'IOSFODNN7EXAMPLE"'):
        leaked.write_text(f"{line}\n")
        assert subprocess.run([ROOT / "tests" / "secrets.sh", leaked], capture_output=True).returncode == 1
    leaked.write_text('GREETING = "hello"\n')
    assert subprocess.run([ROOT / "tests" / "secrets.sh", leaked], capture_output=True).returncode == 0
