"""Memory and threads that idle listeners to events cost, and how soon they hear of one: make bench-events

Starts Redis and the server of streams, and opens LISTENERS streams of as many owners. Fails if they cost more than
LIMIT MB or a thread.
"""

import asyncio
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from uuid import UUID

from tests.bench.export import listens, memory
from tests.support.site import ROOT, RedisServer, free_port, until

LISTENERS = int(os.environ.get("LISTENERS", "500"))
#: Seconds for which they are idle: long enough for a comment on each stream.
IDLE = 20
#: Most memory that they cost, MB.
LIMIT = 100


#: A stream ends once its writer is forgotten.
Listener = tuple[asyncio.StreamReader, asyncio.StreamWriter]


async def opened(port: int, ticket: str) -> Listener:
    """A stream whose answer has begun."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(f"GET /api/v1/events/{ticket}/ HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
    await reader.readuntil(b"retry: ")
    return reader, writer


async def measure(server: subprocess.Popen[bytes], port: int) -> bool:
    """Print what the listeners cost. True if that is within the limits."""
    from scoring import events

    def threads() -> int:
        return len(os.listdir(f"/proc/{server.pid}/task"))

    def ticket(number: int) -> str:
        owner = UUID(int=number)
        return events.admit(owner, counted_as=str(number), ends_with=[], seconds=events.LONGEST, after="")

    first = await opened(port, ticket(0))  # loads what the first listener loads
    before, threads_before = memory(server.pid, "VmRSS"), threads()
    listeners = [await opened(port, ticket(number)) for number in range(1, LISTENERS + 1)]
    await asyncio.sleep(IDLE)
    grown, more = memory(server.pid, "VmRSS") - before, threads() - threads_before
    print(f"{len(listeners)} idle listeners: {grown:+.1f} MB to {before:.0f} MB, {more:+d} threads")

    async def heard(reader: asyncio.StreamReader) -> float:
        await reader.readuntil(b"event: ")
        return time.perf_counter() - begun

    waits = [asyncio.create_task(heard(reader)) for reader, _ in listeners]
    await asyncio.sleep(1)
    begun = time.perf_counter()
    events.add([{"to": f"owner:{UUID(int=number)}", "data": "{}"} for number in range(1, LISTENERS + 1)])
    seconds = sorted(await asyncio.gather(*waits))
    median, longest = statistics.median(seconds) * 1000, seconds[-1] * 1000
    print(f"an event for each at once: heard after {median:.0f} ms, {longest:.0f} at most")
    first[1].close()
    return grown <= LIMIT and more == 0


def main() -> int:
    with tempfile.TemporaryDirectory(prefix="lettersai-bench-") as folder:
        redis, port = RedisServer(Path(folder)), free_port()
        environment = {"DATA_DIR": folder, "REDIS_URL": redis.url, "DJANGO_SETTINGS_MODULE": "lettersai.settings"}
        os.environ.update(environment)
        command = [sys.executable, "-m", "lettersai.server.streams", "127.0.0.1", str(port)]
        server = subprocess.Popen(command, cwd=ROOT)
        try:
            until(lambda: listens(port))
            time.sleep(1)  # it reaches Redis
            return 0 if asyncio.run(measure(server, port)) else 1
        finally:
            server.terminate()
            server.wait()
            redis.stop()


if __name__ == "__main__":
    sys.exit(main())
