import gc

from django.apps import AppConfig
from django.conf import settings
from django.contrib.staticfiles.apps import StaticFilesConfig
from django.core.checks import register


class LettersaiConfig(AppConfig):
    name = "lettersai"
    default = True

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


class StaticFiles(StaticFilesConfig):
    """Leaves out what no page uses: source maps, ReDoc, and the files of REST framework's own pages.

    Compressing these would take most of the time that collecting takes.
    """

    ignore_patterns = [*StaticFilesConfig.ignore_patterns, "*.map", "redoc", "rest_framework"]
