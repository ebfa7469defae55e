"""A gate before the page: without the password nobody reaches a page, a file or a web socket of it."""

from __future__ import annotations

import asyncio
import hmac
import os
import secrets
import stat
from html import escape
from pathlib import Path
from urllib.parse import parse_qs

from itsdangerous import BadSignature, TimestampSigner
from starlette.requests import HTTPConnection, Request
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from graph_schema import SettingError
from interface.texts import Language, text

__all__ = ["PasswordGate", "read_password"]

COOKIE = "randzon_entry"
HOURS = 12  # that an entry holds
PAUSE = 1.0  # seconds that a wrong password waits; one attempt at a time
SHORTEST = 10  # characters of a password
LARGEST_FORM = 4096  # bytes
LOGIN, LOGOUT, HEALTH = "login", "logout", "_stcore/health"


def read_password(path: Path) -> str:
    """Return the password in a file: its first line.

    Parameters
    ----------
    path
        Of the file.

    Raises
    ------
    SettingError
        If it cannot be read, is shorter than ten characters, or may be read by others on the machine.
    """
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
        mode = path.stat().st_mode
    except (OSError, UnicodeDecodeError) as error:
        raise SettingError(f"--password-file {path}: cannot be read ({error}); give a text file") from error
    found = lines[0].strip() if lines else ""
    problems: list[str] = []
    if len(found) < SHORTEST:
        problems.append(f"its first line has {len(found)} characters: take at least {SHORTEST}")
    if os.name == "posix" and mode & (stat.S_IRGRP | stat.S_IROTH):
        problems.append("others on this machine may read it: chmod 600")
    if problems:
        raise SettingError(f"--password-file {path}: {'; '.join(problems)}")
    return found


class PasswordGate:
    """Lets through who has given the password, and shows everybody else a form for it.

    An entry is a signed time in a cookie that scripts cannot read; the key of the signature is this server's own, so
    a new start asks everybody again. Only whether the server lives is told without a password.

    Parameters
    ----------
    app
        What is guarded.
    password
        That opens it.
    base_url
        Path of the page behind a reverse proxy; may be empty.
    lang
        Of the form.
    """

    def __init__(self, app: ASGIApp, password: str, base_url: str, lang: Language) -> None:
        self._app = app
        self._password = password.encode("utf-8")
        self._root = f"/{base_url.strip('/')}/" if base_url.strip("/") else "/"
        self._lang: Language = lang
        self._signer = TimestampSigner(secrets.token_bytes(32))
        self._one_at_a_time = asyncio.Lock()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or pass it on."""
        if scope["type"] not in {"http", "websocket"}:
            await self._app(scope, receive, send)
            return
        asked = HTTPConnection(scope)
        path = asked.url.path.removeprefix(self._root)
        if path in {LOGIN, LOGOUT} and scope["type"] == "http":
            await (await self._answer(Request(scope, receive), path))(scope, receive, send)
        elif path == HEALTH or self._is_known(asked):
            await self._app(scope, receive, send)
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})
        else:
            await self._refusal(asked)(scope, receive, send)

    def _is_known(self, asked: HTTPConnection) -> bool:
        try:
            self._signer.unsign(asked.cookies.get(COOKIE, ""), max_age=HOURS * 3600)
        except BadSignature:
            return False
        return True

    def _refusal(self, asked: HTTPConnection) -> Response:
        if "text/html" in asked.headers.get("accept", ""):
            return RedirectResponse(f"{self._root}{LOGIN}", status_code=303)
        return PlainTextResponse("password needed", status_code=401)

    async def _answer(self, asked: Request, path: str) -> Response:
        if path == LOGOUT:
            found: Response = RedirectResponse(f"{self._root}{LOGIN}", status_code=303)
            found.delete_cookie(COOKIE, path=self._root)
            return found
        if asked.method != "POST":
            return self._form(wrong=False)
        if await self._is_right(asked):
            found = RedirectResponse(self._root, status_code=303)
            is_secure = asked.headers.get("x-forwarded-proto", asked.url.scheme) == "https"
            entry = self._signer.sign(secrets.token_hex(8)).decode("ascii")
            found.set_cookie(
                COOKIE, entry, max_age=HOURS * 3600, path=self._root, secure=is_secure, httponly=True, samesite="lax"
            )  # fmt: skip
            return found
        return self._form(wrong=True)

    async def _is_right(self, asked: Request) -> bool:
        """Whether the form holds the password; a wrong one waits, and the next attempt waits for it."""
        content = bytearray()
        async for part in asked.stream():
            content += part
            if len(content) > LARGEST_FORM:
                return False
        given = parse_qs(content.decode("utf-8", "replace")).get("password", [""])[0].encode("utf-8")
        async with self._one_at_a_time:
            is_right = hmac.compare_digest(given, self._password)
            if not is_right:
                await asyncio.sleep(PAUSE)
        return is_right

    def _form(self, *, wrong: bool) -> Response:
        lang = self._lang
        told = f'<p role="alert" id="told">{escape(text("page_wrong_password", lang))}</p>' if wrong else ""
        content = f"""<!doctype html>
<html lang="{lang}"><head><meta charset="utf-8"><title>Randzon</title>
<link rel="icon" href="data:,"><meta name="viewport" content="width=device-width, initial-scale=1"><style>
body {{ font-family: system-ui, sans-serif; color: #1b1b1b; max-width: 26rem; margin: 15vh auto; padding: 0 1rem; }}
label, input, button {{ display: block; font-size: 1rem; margin: 0.5rem 0; }}
input {{ width: 100%; box-sizing: border-box; padding: 0.5rem; border: 1px solid #595959; }}
button {{ padding: 0.5rem 1.2rem; background: #0b5c8f; color: #fff; border: 0; }}
p[role=alert] {{ color: #a40000; }}
</style></head><body><main><h1>Randzon</h1>{told}
<form method="post"><label for="password">{escape(text("page_password", lang))}</label>
<input id="password" name="password" type="password" autocomplete="current-password" required autofocus>
<button type="submit">{escape(text("page_enter", lang))}</button></form></main></body></html>"""
        return HTMLResponse(content, status_code=403 if wrong else 200, headers={"Cache-Control": "no-store"})
