"""Runs PostgreSQL servers. Root runs them as the user `postgres`."""

import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import psycopg

from tests.support.site import Site, children, free_port, locked, manage, until


class Postgresql:
    """A PostgreSQL server that can be stopped, killed and started again."""

    def __init__(self, data: Path | None = None, connections: int = 60, options: str = "") -> None:
        """Start it with an empty database, or with a copy of the folder `data`, as `prepared_data` returns it."""
        self._programs = max(Path("/usr/lib/postgresql").glob("*/bin"))
        self._user = "postgres" if os.getuid() == 0 else None
        self.folder = Path(tempfile.mkdtemp(prefix="lettersai-postgresql-"))
        self.port = free_port()
        self.connections = connections
        self._options = options
        self._data = "data"
        self.url = f"postgresql://lettersai@127.0.0.1:{self.port}/lettersai"
        if self._user:
            shutil.chown(self.folder, self._user)
        try:
            if data:
                copy_data(data, self.folder / "data")
                self.start()
            else:
                self._run("initdb", "-D", "data", "-U", "lettersai", "--auth", "trust", "--no-sync", "-E", "UTF8")
                self.start()
                self._run("createdb", "-h", "127.0.0.1", "-p", str(self.port), "-U", "lettersai", "lettersai")
        except BaseException:
            self.remove()
            raise

    def start(self) -> None:
        self._start(self._data, self.port)

    def _start(self, data: str, port: int) -> None:
        options = (
            f"-p {port} -k {self.folder} -c listen_addresses=127.0.0.1 -c max_connections={self.connections} "
            f"-c superuser_reserved_connections=3 {self._options}"
        )
        self._run("pg_ctl", "-D", data, "-w", "-l", f"{data}.log", "-o", options, "start", quiet=True)

    def stop(self, mode: str = "fast") -> None:
        self._run("pg_ctl", "-D", self._data, "-m", mode, "stop")

    def start_standby(self) -> None:
        """Start a standby with synchronous replication: it has each commit before the client gets its answer."""
        source = ("-h", "127.0.0.1", "-p", str(self.port), "-U", "lettersai")
        self._run("pg_basebackup", *source, "-D", "standby", "--write-recovery-conf", "--checkpoint", "fast")
        self._start("standby", free_port())
        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute("alter system set synchronous_standby_names = '*'")
            connection.execute("select pg_reload_conf()")
            until(lambda: connection.execute("select from pg_stat_replication where sync_state = 'sync'").rowcount)

    def fail_over(self) -> None:
        """Promote the standby and start it at the address of the first server, which must be dead."""
        self._run("pg_ctl", "-D", "standby", "-w", "promote", quiet=True)
        self._run("pg_ctl", "-D", "standby", "-m", "fast", "stop")
        self._data = "standby"
        self.start()

    def kill(self) -> None:
        """Kill all its processes, as a power cut does."""
        master = self._signal(signal.SIGKILL)
        until(lambda: not Path(f"/proc/{master}").exists())

    def freeze(self) -> None:
        """Stop all its processes, as when the machine hangs: clients can connect, and get no answer."""
        self._signal(signal.SIGSTOP)

    def thaw(self) -> None:
        self._signal(signal.SIGCONT)

    def _signal(self, sent: signal.Signals) -> int:
        """Send a signal to all processes of the server. Returns the id of the main one."""
        master = int((self.folder / self._data / "postmaster.pid").read_text().split()[0])
        for pid in [master, *children(master)]:
            with suppress(ProcessLookupError):
                os.kill(pid, sent)
        return master

    def remove(self) -> None:
        with suppress(subprocess.CalledProcessError):
            self.stop("immediate")
        shutil.rmtree(self.folder, ignore_errors=True)

    def _run(self, program: str, *arguments: str, quiet: bool = False) -> None:
        # The server that pg_ctl starts inherits its standard output: reading a pipe would never end.
        output: Any = subprocess.DEVNULL if quiet else subprocess.PIPE
        command = [str(self._programs / program), *arguments]
        subprocess.run(command, user=self._user, cwd=self.folder, check=True, stdout=output, stderr=output)


@contextmanager
def postgresql(data: Path | None = None) -> Iterator[str]:
    """Run a server whose data needn't outlive it; yields the URL of its database."""
    server = Postgresql(data, connections=100, options="-c fsync=off")
    try:
        yield server.url
    finally:
        server.remove()


def prepared_data() -> Path | None:
    """The data folder of a stopped server, migrated and with the catalogue; None without `Site.database`, beside which
    it is kept. The first of several test processes creates it.
    """
    if not Site.database:
        return None
    data = Site.database.with_suffix(".postgresql")
    with locked(data):
        if not data.exists():
            server = Postgresql(options="-c fsync=off")
            try:
                for command, copy in (("migrate", _migrated(data)), ("load_catalogue", data)):
                    manage(command, DATA_DIR=str(Site.database.with_suffix(".d")), DATABASE_URL=server.url)
                    server.stop()
                    part = copy.with_name(f"{copy.name}.part")  # so that no other process finds half of a copy
                    for earlier in (part, copy):
                        shutil.rmtree(earlier, ignore_errors=True)
                    copy_data(server.folder / "data", part)
                    part.rename(copy)
                    server.start()
            finally:
                server.remove()
    return data


def migrated_data() -> Path:
    """The same without the catalogue."""
    data = prepared_data()
    assert data
    return _migrated(data)


def _migrated(data: Path) -> Path:
    return data.with_name(f"{data.name}-migrated")


def copy_data(data: Path, to: Path) -> None:
    """Copy a data folder with the owners of its files."""
    subprocess.run(["cp", "-a", str(data), str(to)], check=True)
