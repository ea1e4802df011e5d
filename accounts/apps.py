from django.apps import AppConfig
from django.db.models.signals import post_migrate


class AccountsConfig(AppConfig):
    name = "accounts"

    def ready(self) -> None:
        from accounts import preferences, tally  # noqa: F401 - counts with every score, knows whoever signs in
        from accounts.roles import keep_roles

        post_migrate.connect(keep_roles, sender=self)
