"""The Celery application: celery -A lettersai worker"""

import os
import warnings
from typing import Any

from celery import Celery, signals
from celery.exceptions import SecurityWarning

# A container or a fresh machine may know no user but root.
warnings.filterwarnings("ignore", category=SecurityWarning)

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lettersai.settings")

app = Celery("lettersai")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


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
