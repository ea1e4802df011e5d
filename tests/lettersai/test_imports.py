import subprocess
import sys


def test_the_web_server_loads_nothing_that_few_requests_need():
    code = (
        "import sys, lettersai.wsgi, lettersai.urls, scoring.tasks; "
        "heavy = {'tensorflow', 'keras', 'openvino', 'cv2', 'torch', 'jax', 'openpyxl', 'requests'};"
        "print(*sorted({m.split('.')[0] for m in sys.modules} & heavy))"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == ""
