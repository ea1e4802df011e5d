"""Loads the active model in a worker's child process; no other module loads ml.scorer.

A new model is loaded beside the old one and replaces it when it is ready.
"""

from __future__ import annotations

import gc
import logging
import time
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import DatabaseError, connection

from scoring.models import ModelBundle, RolloutError

if TYPE_CHECKING:
    from ml.context.reader import LineReader
    from ml.scorer import Scorer

logger = logging.getLogger(__name__)

#: Seconds between two queries for the active bundle.
_ASKED_EVERY = 2.0
#: Seconds until a bundle that couldn't be loaded is tried again.
_TRIED_EVERY = 60.0


class Serving:
    """One per child process, because the network's threads don't survive a fork."""

    def __init__(self) -> None:
        self._scorer: Scorer | None = None
        self._successor: Scorer | None = None
        self._next_look = 0.0
        self._loading: Thread | None = None

    def scorer(self) -> Scorer:
        """The active model's scorer, or for a few seconds the previous one's. The first call may raise RolloutError."""
        if self._scorer is None:
            self._scorer = load(_active_or_shipped())
            _freeze()
        elif self._successor:
            self._scorer, self._successor = self._successor, None
            _freeze()
            logger.warning("The model %s scores from now on.", self._scorer.version)
        elif time.monotonic() >= self._next_look and not (self._loading and self._loading.is_alive()):
            self._next_look = time.monotonic() + _ASKED_EVERY
            self._follow(self._scorer.version)
        return self._scorer

    def _follow(self, version: str) -> None:
        try:
            bundle = ModelBundle.objects.active()
            wanted = bundle.version if bundle else ModelBundle.active_version()
        except (DatabaseError, OSError) as error:
            logger.warning("The active model could not be queried: %s", error)
            return
        if wanted != version:
            self._loading = Thread(target=self._prepare, args=[bundle], daemon=True)
            self._loading.start()

    def _prepare(self, bundle: ModelBundle | None) -> None:
        try:
            self._successor = load(bundle)
        except RolloutError as error:
            self._next_look = time.monotonic() + _TRIED_EVERY
            logger.error("%s The previous model stays in use.", error)
        finally:
            connection.close()


def _freeze() -> None:
    """Exclude everything loaded so far from collections: each would take some 200 ms.

    Models that were replaced are collected first. They contain reference cycles, and each keeps 70 MB.
    """
    gc.unfreeze()
    gc.collect()
    gc.freeze()


_serving = Serving()


def scorer() -> Scorer:
    """The active model's scorer in this worker's child. Raises RolloutError for a bad bundle at first; no fallback."""
    return _serving.scorer()


def reader() -> LineReader:
    """The active model's reader of lines, which shares the scorer's network. Raises as `scorer` does."""
    return scorer().reader


def _active_or_shipped() -> ModelBundle | None:
    """The active bundle; None: the release's own, also while the database can't be queried."""
    try:
        return ModelBundle.objects.active()
    except DatabaseError as error:
        logger.warning("The active model could not be queried; using the release's own: %s", error)
        return None


def load(bundle: ModelBundle | None) -> Scorer:
    """The scorer of `bundle`, or without one that of the release's own bundle. Raises RolloutError."""
    return read(bundle.folder() if bundle and bundle.files else settings.MODEL_BUNDLE)


def read(folder: Path) -> Scorer:
    """The scorer of the bundle in `folder`, warmed up. Raises RolloutError."""
    from ml.bundle import BundleError  # here: the web process imports this module too
    from ml.scorer import Scorer

    try:
        return Scorer.load(folder)
    except BundleError as error:
        raise RolloutError(str(error)) from error
