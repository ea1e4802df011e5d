"""The way in for gunicorn: gunicorn lettersai.wsgi"""

import gc
import os

from django.conf import settings
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lettersai.settings")

from lettersai.checks import refuse_to_start
from lettersai.impatience import be_impatient

be_impatient()
application = get_wsgi_application()
if settings.PRODUCTION:
    refuse_to_start()
# What was loaded until here stays: looking through it for garbage would hold up a request now and then for 100 ms.
gc.collect()
gc.freeze()
