"""The ASGI application that serves streams of events, and nothing else: uvicorn lettersai.asgi:application

It needs Redis only. Django's applications aren't loaded, so that the process stays small.
"""

import logging.config
import os

from lettersai.environment import boot_error

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lettersai.settings")

with boot_error():
    from django.conf import settings

    from scoring.streaming import Streams

    logging.config.dictConfig(settings.LOGGING)
    application = Streams(settings.REDIS_URL)
