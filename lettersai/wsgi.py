"""The WSGI application: gunicorn lettersai.wsgi"""

import ctypes
import gc
import os
from importlib import import_module

from lettersai.environment import boot_error

#: The number by which glibc's mallopt knows the option MALLOC_ARENA_MAX.
_M_ARENA_MAX = -8

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lettersai.settings")


def limit_arenas() -> None:
    """Let the threads share two heaps. glibc gives each its own, which keeps what its thread has freed."""
    libc = ctypes.CDLL(None)
    if hasattr(libc, "mallopt"):
        libc.mallopt(_M_ARENA_MAX, 2)


with boot_error():
    from django.conf import settings
    from django.core.wsgi import get_wsgi_application
    from django.urls import resolve

    from lettersai.database.checks import refuse_to_start
    from lettersai.database.timeouts import limit_web_server
    from lettersai.monitoring.metric_files import fold_dead
    from lettersai.server.layers import with_length, with_refusals
    from ml.imports import without

    with without("requests"):
        import_module("rest_framework.compat")  # imports it, 5 MB, for DRF's test client
    limit_web_server()
    limit_arenas()
    application = with_refusals(with_length(get_wsgi_application()))
    resolve("/")  # loads the views, as the first request would
    if settings.PRODUCTION:
        refuse_to_start()

    from lettersai.server.warmup import warm_up  # imports models, which need the application

    warm_up()
fold_dead()  # gunicorn may have started this process instead of one that died
# Everything loaded so far lives as long as the process. Excluding it from collections avoids pauses of some 100 ms.
gc.collect()
gc.freeze()
