"""The static files that are collected are those that pages use."""

from django.apps import apps
from django.contrib.staticfiles.finders import get_finders

from lettersai.apps import StaticFiles


def test_what_no_page_uses_is_not_collected():
    config = apps.get_app_config("staticfiles")
    assert isinstance(config, StaticFiles)
    collected = {path for finder in get_finders() for path, _ in finder.list(config.ignore_patterns)}
    assert {"admin/css/base.css", "drf_spectacular_sidecar/swagger-ui-dist/swagger-ui-bundle.js"} <= collected
    assert not [path for path in collected if path.endswith(".map")]
    assert not [path for path in collected if "redoc" in path or path.startswith("rest_framework/")]
