"""What must be there before anything starts."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register


@register
def model_bundle(**_: Any) -> list[CheckMessage]:
    """A worker could load no model; whether it is damaged shows when the worker loads it."""
    if (settings.MODEL_BUNDLE / "bundle.json").is_file():
        return []
    return [Error(f"{settings.MODEL_BUNDLE} is no model bundle: set MODEL_BUNDLE to a folder with a bundle.json.")]
