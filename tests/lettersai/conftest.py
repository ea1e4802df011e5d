"""Fixtures of several tests in this folder."""

import io
import json
import logging

import pytest
import structlog

from lettersai.monitoring import logs


@pytest.fixture
def error_client(client_of):
    """Alice's client; it returns error pages instead of raising exceptions."""
    alice = client_of("alice")
    alice.raise_request_exception = False
    return alice


@pytest.fixture
def log():
    """Returns a function that reads the log, parsed from JSON."""
    chosen = logs.configured("json", "INFO")["formatters"]["chosen"]
    text = io.StringIO()
    handler = logging.StreamHandler(text)
    handler.addFilter(logs.OncePerFailure())
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=chosen["foreign_pre_chain"], processors=chosen["processors"]
        )
    )
    root, level = logging.getLogger(), logging.getLogger().level
    root.addHandler(handler)
    root.setLevel("INFO")
    yield lambda: [json.loads(line) for line in text.getvalue().splitlines()]
    root.removeHandler(handler)
    root.setLevel(level)
