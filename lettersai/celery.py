"""The Celery application: celery -A lettersai worker"""

import os
import sys
import warnings
from typing import Any

from celery import Celery, signals
from celery.exceptions import SecurityWarning

# A container or a fresh machine may know no user but root.
warnings.filterwarnings("ignore", category=SecurityWarning)

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lettersai.settings")

app = Celery("lettersai")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(["accounts.access", "accounts.practice", "accounts.progress", "accounts.transfer", "scoring"])
# Else Celery closes the database's pool before each task and after it, and every task opens a connection of its own.
app.add_defaults(lambda: {"CELERY_DB_REUSE_MAX": sys.maxsize})


@signals.task_prerun.connect
@signals.task_postrun.connect
def return_connection(**_: Any) -> None:
    """As a request does: into the pool, which looks at it before it is lent again."""
    from django.db import close_old_connections

    close_old_connections()


@signals.setup_logging.connect
def keep_logging(**_: Any) -> None:
    """Leave logs as LOGGING says: Celery sets up its own unless somebody takes this signal."""


@signals.beat_init.connect
@signals.celeryd_init.connect
def check_start(**_: Any) -> None:
    from django.conf import settings

    from lettersai.checks import refuse_to_start  # here: Django's apps are loaded by now

    if settings.PRODUCTION:
        refuse_to_start()
