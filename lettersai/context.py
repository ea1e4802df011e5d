"""Context processor: the site's public address, for every page."""

from django.conf import settings
from django.http import HttpRequest


def site(request: HttpRequest) -> dict[str, str]:
    return {"site_url": settings.SITE_URL}
