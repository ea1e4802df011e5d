"""Makes multiprocessing's fork server the parent of the processes that `manage.py run` starts; see processes.py.

It loads what they all need, so that each starts within a fraction of a second and shares that memory.
"""

import gc
import os
from importlib import import_module

import django
from django.conf import settings

from lettersai.server.processes import end_with_parent

os.setsid()  # Ctrl-C reaches `manage.py run` only, which stops the processes
end_with_parent()
django.setup()
for module in (*settings.CELERY_IMPORTS, "lettersai.urls", "celery.bin.celery", "gunicorn.app.wsgiapp"):
    import_module(module)
gc.freeze()  # a collection would write to the memory that they share
