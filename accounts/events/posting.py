"""Posts to addresses that learners named: to public ones only, and exactly to the one that was checked."""

import http.client
import ipaddress
import socket
import ssl
import time
from contextlib import suppress
from threading import Timer
from typing import Any
from urllib.parse import SplitResult, urlsplit, urlunsplit

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.models import Delivery

#: Seconds from the first connection to the end of the answer's head.
SECONDS = 10
#: Addresses of a host that are tried.
_TRIED = 4
#: Addresses that count as global and may lead to a private one: those with an IPv4 address in them, and site-local.
_LEADING_ELSEWHERE = [
    ipaddress.ip_network(name)
    for name in ("::/96", "::ffff:0:0/96", "64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "fec0::/10")
]
_PORTS = {"https": 443, "http": 80}

Trouble = Delivery.Trouble


class UndeliverableError(Exception):
    """A post without an answer."""

    def __init__(self, trouble: Trouble) -> None:
        super().__init__(trouble)
        self.trouble = trouble


def check_url(url: str) -> None:
    """Raise ValidationError, code `not_https` or `forbidden_address`, unless a webhook may have this address.

    The host's name isn't looked up: that happens before each post.
    """
    try:
        parts = urlsplit(url)
        is_good = bool(parts.hostname) and "@" not in parts.netloc and parts.port != 0 and "#" not in url
    except ValueError:
        is_good = False
    is_plain = url.isascii() and url.isprintable() and not set(url) & set(' "<>\\^`{|}')
    schemes = _PORTS if settings.WEBHOOKS_TO_LOOPBACK else ("https",)
    if not (is_good and is_plain and parts.scheme in schemes):
        raise ValidationError(_("Give an address such as https://example.org/hook."), "not_https")
    host = parts.hostname or ""
    try:
        is_open = is_public(host)
    except ValueError:  # a name
        is_open = "." in host.rstrip(".") or settings.WEBHOOKS_TO_LOOPBACK
    if not is_open:
        raise ValidationError(_("This address isn’t open to the internet."), "forbidden_address")


def is_public(address: str) -> bool:
    """Whether an IP address may be posted to. Raises ValueError if it is none."""
    ip = ipaddress.ip_address(address)
    if settings.WEBHOOKS_TO_LOOPBACK and ip.is_loopback:
        return True
    return ip.is_global and not ip.is_multicast and not any(ip in network for network in _LEADING_ELSEWHERE)


def post(url: str, body: bytes, headers: dict[str, str]) -> int:
    """Post to `url`, and return the status of the answer, which isn't read any further. Raises UndeliverableError.

    Redirects aren't followed. The host is looked up once, so that its name can't change between check and connection.
    """
    parts = urlsplit(url)
    found = _looked_up(parts)
    until = time.monotonic() + SECONDS
    try:
        with _connected(parts, found, until) as sock:
            timer = Timer(until - time.monotonic(), _cut_off, [sock])  # a host may send a byte now and then
            timer.start()
            try:
                return _answer(parts, sock, body, headers)
            finally:
                timer.cancel()
    except ssl.SSLCertVerificationError as error:
        raise UndeliverableError(Trouble.INVALID_CERTIFICATE) from error
    except (OSError, http.client.HTTPException, ValueError) as error:
        is_late = isinstance(error, TimeoutError) or time.monotonic() >= until
        raise UndeliverableError(Trouble.TIMEOUT if is_late else Trouble.UNREACHABLE) from error


def _looked_up(parts: SplitResult) -> list[Any]:
    """What socket.getaddrinfo knows of the host. Raises UndeliverableError unless all its addresses are public."""
    try:
        found = socket.getaddrinfo(parts.hostname, parts.port or _PORTS[parts.scheme], type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise UndeliverableError(Trouble.UNKNOWN_HOST) from error
    if not all(is_public(str(address[0])) for *_, address in found):
        raise UndeliverableError(Trouble.FORBIDDEN_ADDRESS)
    return found[:_TRIED]


def _connected(parts: SplitResult, found: list[Any], until: float) -> socket.socket:
    """A connection to the first of these addresses that accepts one; with https not yet secure. Raises OSError."""
    error = OSError("the host has no address")
    for family, kind, protocol, _name, address in found:
        sock = socket.socket(family, kind, protocol)
        try:
            sock.settimeout(max(0.001, min(SECONDS / 2, until - time.monotonic())))
            sock.connect(address)
        except OSError as refusal:
            sock.close()
            error = refusal
            continue
        sock.settimeout(SECONDS)
        if parts.scheme == "https":
            context = ssl.create_default_context()
            return context.wrap_socket(sock, server_hostname=parts.hostname, do_handshake_on_connect=False)
        return sock
    raise error


def _answer(parts: SplitResult, sock: socket.socket, body: bytes, headers: dict[str, str]) -> int:
    """The status of the answer over a connection. Raises OSError, HTTPException, ValueError."""
    if isinstance(sock, ssl.SSLSocket):
        sock.do_handshake()
    connection = http.client.HTTPConnection(str(parts.hostname))
    connection.sock = sock
    path = urlunsplit(("", "", parts.path or "/", parts.query, ""))
    connection.request("POST", path, body, {"Host": parts.netloc, "Connection": "close", **headers})
    return connection.getresponse().status


def _cut_off(sock: socket.socket) -> None:
    with suppress(OSError):
        sock.shutdown(socket.SHUT_RDWR)
