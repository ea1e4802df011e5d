import gc

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import register


class LettersaiConfig(AppConfig):
    name = "lettersai"

    def ready(self) -> None:
        from lettersai.background import celery_signals
        from lettersai.database import checks

        register(checks.check_database, checks.START, deploy=True)
        celery_signals.connect()
        if settings.SENTRY_DSN:
            from lettersai.monitoring import sentry

            sentry.start(settings.SENTRY_DSN)
        # Everything loaded so far lives as long as the process: looking through it again and again took a fifth of the
        # time of migrate and load_catalogue.
        gc.freeze()
