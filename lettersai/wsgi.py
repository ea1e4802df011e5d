"""The way in for gunicorn: gunicorn lettersai.wsgi"""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lettersai.settings")

application = get_wsgi_application()
