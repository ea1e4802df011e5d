"""What all requests share, read before the first one."""

from django.urls import reverse

from accounts.models.users import time_zones
from ml.strokes import references


def warm_up() -> None:
    """Read what each of many first requests at once would read for itself: forty took four seconds."""
    reverse("live")  # reads every URL
    references()
    time_zones()
