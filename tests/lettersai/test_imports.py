import subprocess
import sys


def test_importing_the_url_configuration_loads_nothing_that_few_requests_need():
    code = (
        "import os, sys, django; os.environ['DJANGO_SETTINGS_MODULE'] = 'lettersai.settings'; django.setup(); "
        "import lettersai.urls, lettersai.wsgi, scoring.tasks; "
        "heavy = {'tensorflow', 'keras', 'openvino', 'cv2', 'torch', 'jax', 'openpyxl'};"
        "print(*sorted({m.split('.')[0] for m in sys.modules} & heavy))"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == ""
