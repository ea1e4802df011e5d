"""The Celery application: celery -A lettersai worker"""

import os
import sys
import warnings

from celery import Celery
from celery.exceptions import SecurityWarning

from lettersai.environment import print_refusal

# Celery itself lets errors of the settings through.
sys.excepthook = print_refusal

# Containers and fresh machines may have no user but root.
warnings.filterwarnings("ignore", category=SecurityWarning)

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lettersai.settings")

app = Celery("lettersai")
app.config_from_object("django.conf:settings", namespace="CELERY")
# By default Celery closes the database pool before and after each task, so that every task opens a new connection.
app.add_defaults(lambda: {"CELERY_DB_REUSE_MAX": sys.maxsize})
