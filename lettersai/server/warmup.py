"""What all requests share, read before the first one."""

from django.urls import reverse

from accounts.models.users import time_zones
from ml.strokes import references


def warm_up() -> None:
    """Read now what concurrent first requests would each read: forty of them took four seconds."""
    reverse("live")  # reads every URL
    references()
    time_zones()
