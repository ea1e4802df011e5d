"""Prepares a worker's child process before its first task."""

import logging
import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import DatabaseError

from scoring import serving
from scoring.models import ModelBundle, shipped

logger = logging.getLogger(__name__)


def load_model(**_: Any) -> None:
    """Load the model, so that nobody waits for Keras; end the worker if that fails."""
    try:
        with _without_native_log():
            serving.scorer()
    except Exception:
        logger.critical("The model can't be loaded.", exc_info=True)
        os.kill(os.getppid(), signal.SIGTERM)
        os._exit(1)
    register_model()


def register_model() -> None:
    """Show the release's own model in the admin. Without a database the worker scores all the same."""
    about = shipped()
    try:
        ModelBundle.objects.register(about)
    except DatabaseError as error:
        logger.warning("The model %s could not be registered: %s", about["version"], error)


@contextmanager
def _without_native_log() -> Iterator[None]:
    """Silence what C++ libraries print on standard error; Python's exceptions still come through."""
    kept, nowhere = os.dup(2), os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 2)
    try:
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(nowhere)
