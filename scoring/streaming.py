"""Serves streams of events: an ASGI application without threads and without a database.

It follows the log of events in Redis (`scoring/events.py`) over one connection, and knows its listeners by tickets.
"""

import asyncio
import json
import logging
import os
import time
from collections import defaultdict, deque
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from typing import Any

import redis.asyncio
from prometheus_client import Counter, Gauge
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

from scoring.events import KEPT, LOG

logger = logging.getLogger(__name__)

Message = dict[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

#: Streams of one process at most: each is an open file, of which a process may often have 1,024.
MAX_STREAMS = 900
#: Events that may wait for a listener who reads slowly.
_MAX_WAITING = 200
#: Seconds without an event after which a stream sends a comment, so that nobody takes it for dead.
HEARTBEAT = 15
#: Seconds for which one call waits for the log's next entry.
_PATIENCE = 5
#: Seconds beyond that after which Redis counts as away.
_SILENCE = 5
#: Seconds before Redis is tried again.
_PAUSE = 1
#: Seconds until a listener whose stream was cut off asks again.
_RETRY = 2
_OPEN = Gauge("lettersai_streams", "Open streams of events", multiprocess_mode="livesum")
_SENT = Counter("lettersai_stream_events", "Events sent to listeners")
_REFUSED = Counter("lettersai_streams_refused", "Streams that were refused", ["code"])
_READ = Gauge(
    "lettersai_event_log_read_timestamp_seconds",
    "Unix time when the log of events was last read; 0: never",
    multiprocess_mode="livemin",
)
_HEADERS = {
    "Content-Type": "text/event-stream",
    "Cache-Control": "no-store",
    "X-Accel-Buffering": "no",  # a proxy passes each event on at once
    "X-Content-Type-Options": "nosniff",
    "Access-Control-Allow-Origin": "*",
}


class Stream:
    """One listener's stream. `task`, which sends it, is cancelled to end it."""

    def __init__(self) -> None:
        self.waiting: deque[bytes] = deque()
        self.has_news = asyncio.Event()
        self.task: asyncio.Task[None] | None = None

    def tell(self, event: bytes) -> None:
        """Send the event. A listener who doesn't keep up is cut off, and can resume."""
        self.waiting.append(event)
        self.has_news.set()
        if len(self.waiting) > _MAX_WAITING:
            self.end()

    def end(self) -> None:
        if self.task:
            self.task.cancel()

    async def send(self, send: Send) -> None:
        """Send what waits, and a comment now and then, until cancelled."""
        await send(_body(f"retry: {_RETRY * 1000}\n\n".encode()))
        while True:
            while self.waiting:
                await send(_body(self.waiting.popleft()))
                _SENT.inc()
            self.has_news.clear()
            try:
                await asyncio.wait_for(self.has_news.wait(), HEARTBEAT)
            except TimeoutError:
                await send(_body(b":\n\n"))


class Streams:
    """The ASGI application."""

    def __init__(self, url: str) -> None:
        self._url = url
        #: The open streams by their owner and by the names with which they end.
        self._named: dict[str, set[Stream]] = defaultdict(set)
        #: How many of them there are, with those that begin or end.
        self._open = 0
        #: The latest entries of the log: id, name, data.
        self._recent: deque[tuple[str, str, str]] = deque(maxlen=KEPT)
        #: False while Redis is away.
        self._follows = False

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._live(receive, send)
        elif scope["type"] == "http":
            await self._answer(scope["method"], scope["path"], receive, send)

    async def _live(self, receive: Receive, send: Send) -> None:
        """Follow the log from the server's start to its end."""
        limits: dict[str, Any] = {"socket_connect_timeout": 1, "socket_timeout": _PATIENCE + _SILENCE}
        limits["retry"] = Retry(NoBackoff(), 1)  # over a new connection: Redis may have started anew
        self._redis: redis.asyncio.Redis = redis.asyncio.Redis.from_url(self._url, **limits, decode_responses=True)
        await receive()
        follower = asyncio.create_task(self.follow())
        follower.add_done_callback(_end_process)
        await send({"type": "lifespan.startup.complete"})
        await receive()
        follower.cancel()
        await self._redis.aclose()
        await send({"type": "lifespan.shutdown.complete"})

    async def follow(self) -> None:
        """Pass each new entry of the log on to its streams, for ever. When Redis goes away, all streams end."""
        while True:
            try:
                latest: list[Any] = await self._redis.xrevrange(LOG, count=KEPT)  # type: ignore[assignment]
                self._recent.clear()
                self._recent.extend((number, entry["to"], entry["data"]) for number, entry in reversed(latest))
                self._follows = True
                last = self._recent[-1][0] if self._recent else "0-0"
                while True:
                    _READ.set_to_current_time()
                    found: Any = await self._redis.xread({LOG: last}, count=1000, block=_PATIENCE * 1000)
                    for _, entries in found or ():
                        for last, entry in entries:
                            self._pass_on(last, entry["to"], entry["data"])
            except RedisError as error:
                logger.warning("The log of events can't be read; all streams end: %s", error)
                self._follows = False
                self.end()
                await asyncio.sleep(_PAUSE)

    def end(self) -> None:
        """End all streams."""
        for stream in {stream for streams in self._named.values() for stream in streams}:
            stream.end()

    def _pass_on(self, number: str, name: str, data: str) -> None:
        """Tell the streams of this name about an event. Without data they end."""
        self._recent.append((number, name, data))
        event = _event(number, data)
        for stream in tuple(self._named.get(name, ())):
            if data:
                stream.tell(event)
            else:
                stream.end()

    async def _answer(self, method: str, path: str, receive: Receive, send: Send) -> None:
        if path == "/health/live":
            await _reply(send, 200, {"live": True})
        elif path == "/health/ready":
            await _reply(send, 200 if self._follows else 503, {"broker": self._follows})
        elif method == "OPTIONS":  # the preflight of a page of another origin that was redirected here
            await _reply(send, 200, {}, {"Access-Control-Allow-Headers": "authorization, last-event-id"})
        elif method != "GET":
            await _reply(send, 405, {"code": "method_not_allowed", "detail": "A stream is read with GET."})
        elif self._open >= MAX_STREAMS:
            await _refuse(send, 503, "overloaded", "The site is busy.")
        else:
            try:
                async with self._redeemed(path.rstrip("/").rpartition("/")[2]) as about:
                    if about is None:
                        await _refuse(send, 404, "not_found", "The address was used, or is too old.")
                    else:
                        await self._serve(about, receive, send)
            except RedisError:
                await _refuse(send, 503, "unavailable", "The site is busy.")

    @asynccontextmanager
    async def _redeemed(self, ticket: str) -> AsyncIterator[Mapping[str, Any] | None]:
        """What the ticket says, counting its stream until the block ends; None if it was used or is too old.

        Raises RedisError.
        """
        if not self._follows:
            raise RedisError("the log of events can't be followed")
        found = await self._redis.getdel(f"ticket:{ticket}")
        if found is None:
            yield None
            return
        about = json.loads(found)
        await self._redis.zadd(about["open_ones"], {ticket: time.time() + about["seconds"]})
        self._open += 1
        _OPEN.inc()
        try:
            yield about
        finally:
            self._open -= 1
            _OPEN.dec()
            with suppress(RedisError):  # then it counts for some minutes more
                await self._redis.zrem(about["open_ones"], ticket)

    async def _serve(self, about: Mapping[str, Any], receive: Receive, send: Send) -> None:
        """Send the stream until it ends or the listener is gone."""
        await send(_start(200, _HEADERS))
        stream, names = Stream(), [about["owner"], *about["ends_with"]]
        for event in self._missed(about["owner"], about["after"]):
            stream.tell(event)
        for name in names:
            self._named[name].add(stream)
        stream.task = asyncio.create_task(stream.send(send))
        gone = asyncio.create_task(_until_gone(receive))
        try:
            await asyncio.wait({stream.task, gone}, timeout=about["seconds"], return_when=asyncio.FIRST_COMPLETED)
        finally:
            for name in names:
                self._named[name].discard(stream)
                if not self._named[name]:
                    del self._named[name]
            for task in (stream.task, gone):
                task.cancel()
            await asyncio.gather(stream.task, gone, return_exceptions=True)
        with suppress(TimeoutError):  # the listener reads nothing
            await asyncio.wait_for(send({"type": "http.response.body"}), 1)

    def _missed(self, owner: str, after: str) -> list[bytes]:
        """The owner's events after the one with the id `after`; "missed" if they are too many, or may be forgotten."""
        if not after:
            return []
        later = [(number, data) for number, name, data in self._recent if name == owner and _is_later(number, after)]
        is_forgotten = len(self._recent) == KEPT and _is_later(self._recent[0][0], after)
        if is_forgotten or len(later) > _MAX_WAITING:
            return [b"event: missed\ndata: {}\n\n"]
        return [_event(number, data) for number, data in later]


def _end_process(follower: "asyncio.Task[None]") -> None:
    """End a process that can't follow the log any more, so that another replaces it."""
    if not follower.cancelled():
        logger.critical("The log of events isn't followed any more.", exc_info=follower.exception())
        os._exit(1)


async def _until_gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


def _is_later(number: str, other: str) -> bool:
    """Whether an id of Redis, `milliseconds-number`, comes after another."""
    return [int(part) for part in number.split("-")] > [int(part) for part in other.split("-")]


def _event(number: str, data: str) -> bytes:
    return f"id: {number}\nevent: attempts\ndata: {data}\n\n".encode()


def _start(status: int, headers: Mapping[str, str]) -> Message:
    encoded = [(name.lower().encode(), value.encode()) for name, value in headers.items()]
    return {"type": "http.response.start", "status": status, "headers": encoded}


def _body(data: bytes) -> Message:
    return {"type": "http.response.body", "body": data, "more_body": True}


async def _refuse(send: Send, status: int, code: str, detail: str) -> None:
    _REFUSED.labels(code).inc()
    await _reply(send, status, {"code": code, "detail": detail})


async def _reply(send: Send, status: int, body: Mapping[str, Any], headers: Mapping[str, str] | None = None) -> None:
    """Answer with JSON. Sentences are English: the web server has admitted the listener in their own language."""
    wait = {"Retry-After": str(_RETRY)} if status == 503 else {}
    usual = {"Content-Type": "application/json", "Cache-Control": "no-store", "Access-Control-Allow-Origin": "*"}
    await send(_start(status, {**usual, **wait, **(headers or {})}))
    await send({"type": "http.response.body", "body": json.dumps(body).encode()})
