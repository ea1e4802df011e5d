"""The dashboard and the alerts use metrics that exist, and every alert has a section in the runbook."""

import json
import re
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable
from typing import Any

import promql_parser
import pytest
import redis
import yaml
from django.utils import timezone

from accounts.events import delivering
from lettersai.background import celery_signals
from lettersai.celery import app
from lettersai.monitoring import health
from scoring import metrics, signs, streaming
from scoring.signs import Sign
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
#: Metrics of Prometheus itself and of the Blackbox exporter.
OTHERS = {"up", "probe_success", "probe_ssl_earliest_cert_expiry"}


def selectors(expression: str) -> list[tuple[str, set[str]]]:
    """The metric and the label names of each selector in the expression."""
    found = re.findall(r"\b(up|probe_\w+|lettersai_\w+)(?:\{([^}]*)\})?", expression)
    return [(name, set(re.findall(r"(\w+)\s*(?:=~|!~|!=|=)", labels))) for name, labels in found]


@pytest.fixture
def exported(client_of, post, settings, monkeypatch, fake_scorer) -> dict[str, set[str]]:
    """The label names of each metric that the site exports after some activity, by metric."""
    settings.METRICS_TOKEN = "token"
    app.loader.import_default_modules()  # as a worker does
    alice = client_of("alice")
    post(alice, {"ink": ink_of("口"), "target": "口"})
    post(alice, {"ink": {}})
    metrics.count_score("fake", 90, timezone.now())
    streaming._REFUSED.labels("overloaded").inc(0)
    assert delivering._TRIES  # the mailer's
    celery_signals.SECONDS.labels("scoring.tasks.score_attempt", "SUCCESS").observe(0.1)
    monkeypatch.setattr("scoring.signs.read", lambda: dict.fromkeys(Sign, time.time()))
    text = alice.get("/metrics", headers={"Authorization": "Bearer token"}).content.decode()
    lines = re.findall(r"^(\w+)(?:\{(.*)\})? ", text, re.MULTILINE)
    return {name: set(re.findall(r'(\w+)="', labels)) for name, labels in lines}


@pytest.mark.django_db
def test_dashboard_and_alerts_use_metrics_that_the_site_has(exported):
    for expression in EXPRESSIONS:
        for name, labels in selectors(expression):
            if name in OTHERS:
                continue
            assert name in exported, expression
            assert labels <= exported[name], expression


@pytest.mark.parametrize("expression", EXPRESSIONS)
def test_every_expression_is_valid_promql(expression):
    promql_parser.parse(expression)


@pytest.fixture
def values(client, settings) -> Callable[[], dict[str, float]]:
    """Returns a function that reads the site's own metrics: values by name and labels."""
    settings.METRICS_TOKEN = "token"

    def read() -> dict[str, float]:
        text = client.get("/metrics", headers={"Authorization": "Bearer token"}).content.decode()
        lines = (line.rsplit(" ", 1) for line in text.splitlines() if line.startswith("lettersai_"))
        return {name: float(value) for name, value in lines}

    return read


@pytest.mark.django_db
def test_the_metrics_show_which_parts_work_and_when_beat_ticked(values, monkeypatch):
    left = {Sign.WORKER: 0.0, Sign.SCORED: 0.0, Sign.BEAT: time.time(), Sign.BACKUP: 1.5e9}
    monkeypatch.setattr("scoring.signs.read", lambda: left)
    found = values()
    assert found['lettersai_ready{part="broker"}'] == 1
    assert found['lettersai_ready{part="worker"}'] == 0
    assert found['lettersai_ready{part="beat"}'] == 1
    assert found["lettersai_beat_tick_timestamp_seconds"] == left[Sign.BEAT]
    assert found["lettersai_backup_timestamp_seconds"] == 1.5e9


@pytest.mark.django_db
def test_what_cannot_be_asked_has_no_metric_so_that_only_the_right_alarm_rings(values, monkeypatch):
    def refuses() -> None:
        raise redis.ConnectionError

    monkeypatch.setattr("scoring.signs.read", refuses)
    found = values()
    assert found['lettersai_ready{part="broker"}'] == 0
    assert 'lettersai_ready{part="worker"}' not in found
    assert 'lettersai_ready{part="beat"}' not in found
    assert "lettersai_beat_tick_timestamp_seconds" not in found


@pytest.mark.django_db
def test_the_metrics_show_the_space_on_the_disks(values, monkeypatch, settings):
    usage = {str(settings.DATA_DIR): (1000, 900, 100), tempfile.gettempdir(): (50, 20, 30)}
    monkeypatch.setattr("shutil.disk_usage", lambda folder: shutil._ntuple_diskusage(*usage[str(folder)]))
    found = values()
    assert found['lettersai_disk_size_bytes{folder="data"}'] == 1000
    assert found['lettersai_disk_free_bytes{folder="data"}'] == 100
    assert found['lettersai_disk_size_bytes{folder="temporary"}'] == 50
    assert found['lettersai_disk_free_bytes{folder="temporary"}'] == 30


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


PROMETHEUS = yaml.safe_load((FOLDER / "prometheus" / "prometheus.yml").read_text())
JOBS = {job["job_name"]: job for job in PROMETHEUS["scrape_configs"]}


def test_prometheus_scrapes_existing_services_at_their_ports():
    places = [place for job in JOBS.values() for place in job.get("dns_sd_configs", [])]
    asked = {name: place["port"] for place in places for name in place["names"]}
    assert asked == {"web": 8000, "worker": 9100, "mailer": 9100, "events": 8000}
    assert set(asked) <= set(SERVICES)
    exposed = re.findall(r"^EXPOSE (\d+)$", (FOLDER / "Dockerfile").read_text(), re.MULTILINE)
    assert {str(port) for port in asked.values()} == set(exposed)


def test_prometheus_probes_the_tls_port_of_nginx_through_the_blackbox_exporter():
    job, module = JOBS["proxy"], yaml.safe_load((FOLDER / "prometheus" / "blackbox.yml").read_text())["modules"]["tls"]
    assert job["params"] == {"module": ["tls"]}
    assert job["static_configs"] == [{"targets": ["nginx:443"]}]
    assert job["relabel_configs"][-1] == {"target_label": "__address__", "replacement": "blackbox:9115"}
    assert {"nginx", "blackbox"} <= set(SERVICES)
    assert (module["prober"], module["tcp"]["tls"]) == ("tcp", True)


def test_prometheus_waits_longer_than_the_metrics_take_without_the_services():
    connecting, answering = (signs.SECONDS, signs.SECONDS)
    longest = health.DATABASE_SECONDS + connecting + answering
    assert longest < 2
    assert int(PROMETHEUS["global"]["scrape_timeout"].removesuffix("s")) > 2 * longest


@pytest.mark.skipif(not shutil.which("promtool"), reason="promtool is not installed")
def test_each_alert_rings_for_its_fault_alone(tmp_path):
    rules = tmp_path / "rules.yml"
    given = (ROOT / "tests" / "lettersai" / "alerts.yml").read_text()
    rules.write_text(given.replace("alerts.yml", str(FOLDER / "prometheus" / "alerts.yml")))
    checked = subprocess.run(["promtool", "test", "rules", rules], capture_output=True, text=True)
    assert checked.returncode == 0, checked.stdout + checked.stderr


def test_a_secret_in_a_file_is_found(tmp_path):
    leaked = tmp_path / "settings.py"
    for line in ("-----BEGIN RSA " + "PRIVATE KEY-----", 'AWS = "AKIA' + 'IOSFODNN7EXAMPLE"'):
        leaked.write_text(f"{line}\n")
        assert subprocess.run([ROOT / "tests" / "secrets.sh", leaked], capture_output=True).returncode == 1
    leaked.write_text('GREETING = "hello"\n')
    assert subprocess.run([ROOT / "tests" / "secrets.sh", leaked], capture_output=True).returncode == 0
