"""A change of the API shows as a diff of openapi.yaml: manage.py spectacular --file tests/lettersai/openapi.yaml"""

from pathlib import Path

from django.core.management import call_command

GOLDEN = Path(__file__).with_name("openapi.yaml")


def test_the_api_matches_the_golden_schema(tmp_path):
    now = tmp_path / "openapi.yaml"
    call_command("spectacular", file=str(now), validate=True, fail_on_warn=True)
    assert now.read_text("utf-8") == GOLDEN.read_text("utf-8")
