import subprocess
import sys

import pytest


@pytest.mark.parametrize(
    ("loaded", "unused"),
    [
        (
            "lettersai.wsgi, lettersai.urls, scoring.tasks",
            {"tensorflow", "keras", "openvino", "cv2", "torch", "jax", "openpyxl", "requests"},
        ),
        ("ml.scorer", {"tensorflow", "torch", "jax", "scipy.signal", "scipy.stats"}),
    ],
    ids=["the web server", "the worker"],
)
def test_processes_load_nothing_that_few_tasks_need(loaded, unused):
    code = f"import sys, {loaded}; print(*sorted(sys.modules.keys() & {unused}))"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == ""
