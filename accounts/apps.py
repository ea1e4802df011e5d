from django.apps import AppConfig
from django.db.models.signals import post_migrate


class AccountsConfig(AppConfig):
    name = "accounts"

    def ready(self) -> None:
        from accounts import consents, preferences, tally  # noqa: F401 - they hear of scores and of who signs in
        from accounts.roles import keep_roles

        post_migrate.connect(keep_roles, sender=self)
