"""The WSGI application: gunicorn lettersai.wsgi"""

import gc
import os

from django.conf import settings
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lettersai.settings")

from lettersai.checks import refuse_to_start
from lettersai.database_timeouts import limit_statement_time
from lettersai.wsgi_layers import with_length, with_refusals

limit_statement_time()
application = with_refusals(with_length(get_wsgi_application()))
if settings.PRODUCTION:
    refuse_to_start()
# Everything loaded so far lives as long as the process. Excluding it from collections avoids pauses of some 100 ms.
gc.collect()
gc.freeze()
