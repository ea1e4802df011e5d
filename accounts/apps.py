from django.apps import AppConfig
from django.db.models.signals import post_migrate


class AccountsConfig(AppConfig):
    name = "accounts"

    def ready(self) -> None:
        from accounts.access import consents, preferences  # noqa: F401 - they hear of scores and of who signs in
        from accounts.access.roles import keep_roles
        from accounts.progress import tally  # noqa: F401 - it hears of scores

        post_migrate.connect(keep_roles, sender=self)
