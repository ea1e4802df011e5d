from django.apps import AppConfig
from django.conf import settings


class LettersaiConfig(AppConfig):
    name = "lettersai"

    def ready(self) -> None:
        from lettersai import checks, traces  # noqa: F401 - registers them, connects them

        if settings.SENTRY_DSN:
            from lettersai import sentry

            sentry.begin(settings.SENTRY_DSN)
