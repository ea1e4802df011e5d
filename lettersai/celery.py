"""The Celery application: celery -A lettersai worker"""

import os
import warnings

from celery import Celery
from celery.exceptions import SecurityWarning

# A container or a fresh machine may know no user but root.
warnings.filterwarnings("ignore", category=SecurityWarning)

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lettersai.settings")

app = Celery("lettersai")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
