#!/usr/bin/env python
import logging
import os
import sys

from django.core.exceptions import ImproperlyConfigured
from django.core.management import execute_from_command_line
from django.db import DatabaseError

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lettersai.settings")
    # It repeats what the command's own error says.
    logging.getLogger("psycopg.pool").addFilter(lambda record: False)
    try:
        execute_from_command_line(sys.argv)
    except ImproperlyConfigured as error:
        sys.exit(f"{error}")
    except DatabaseError as error:
        from lettersai.database.checks import refusal

        if not (sentence := refusal(error)):
            raise
        sys.exit(sentence)
