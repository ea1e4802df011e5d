from django.apps import AppConfig
from django.conf import settings
from django.core.checks import register


class LettersaiConfig(AppConfig):
    name = "lettersai"

    def ready(self) -> None:
        from lettersai import celery_signals, checks

        register(checks.check_database, checks.START, deploy=True)
        celery_signals.connect()
        if settings.SENTRY_DSN:
            from lettersai import sentry

            sentry.start(settings.SENTRY_DSN)
