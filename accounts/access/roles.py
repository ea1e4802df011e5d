"""Permissions of curators and operators in the admin. A superuser adds people to these groups."""

from typing import Any

from django.apps import apps
from django.contrib.auth.management import create_permissions
from django.contrib.auth.models import Group, Permission

ALL = ("view", "add", "change", "delete")
#: The actions that each group may take on each model. Attempts and scores are visible only to superusers.
ROLES: dict[str, dict[str, tuple[str, ...]]] = {
    "curator": {
        "characters.character": ("view", "change"),
        "characters.lookalikegroup": ALL,
        "characters.strokeorder": ALL,
        "characters.variant": ALL,
        "characters.word": ("view", "change"),
        "characters.exemplar": ("view", "change"),
        "characters.report": ("view", "change"),
    },
    "operator": {
        "scoring.activation": ("view", "add"),
        "scoring.modelbundle": ("view",),
        "scoring.rescoring": ("view",),
        "accounts.user": ("view", "add", "change"),
        "accounts.webhook": ("view", "change"),
    },
}


def grant_permissions(using: str = "default", **kwargs: Any) -> None:
    """Receiver of `post_migrate`: give the groups exactly the permissions of `ROLES`."""
    labels = {model.split(".")[0] for models in ROLES.values() for model in models}
    for label in labels:  # post_migrate of another app, which would create its permissions, may still be to come
        create_permissions(apps.get_app_config(label), verbosity=0, using=using)
    for name, models in ROLES.items():
        wanted = {(*model.split("."), f"{may}_{model.split('.')[1]}") for model, mays in models.items() for may in mays}
        found = (
            Permission.objects.using(using).filter(content_type__app_label__in=labels).select_related("content_type")
        )
        group, _ = Group.objects.using(using).get_or_create(name=name)
        group.permissions.set(
            p for p in found if (p.content_type.app_label, p.content_type.model, p.codename) in wanted
        )
