"""A real browser for the tests: Chromium without a window, which reports every request and every complaint."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

__all__ = ["chromium", "opened"]

NAMES = ("chromium", "chromium-browser", "google-chrome")
FLAGS = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
)  # fmt: skip
# What Streamlit asks of a frame for its content, and a browser does not know.
OF_FRAMES = ("Unrecognized feature: ", "An iframe which has both allow-scripts and allow-same-origin")
SEARCHED = ("/_stcore/health", "/_stcore/host-config")
LOCAL = ("file:", "data:", "blob:", "about:")


def chromium() -> str | None:
    """Return where Chromium is, None if there is none."""
    return next((path for name in NAMES if (path := shutil.which(name))), None)


def _foreign(url: str, own: str) -> list[str]:
    """The address of a web socket, which a route does not see, unless it is the own server's."""
    return [] if url.startswith(f"{own.replace('http', 'ws', 1)}/") else [url]


def _complaint(message: Any) -> list[str]:
    """What the console says is wrong.

    Streamlit, opened at the address of one of its pages, first looks for its server below that address.
    """
    is_search = "404" in message.text and message.location["url"].endswith(SEARCHED)
    is_known = is_search or message.text.startswith(OF_FRAMES)
    return [message.text] if message.type in {"error", "warning"} and not is_known else []


@contextmanager
def opened(own: str = "http://none.invalid") -> Iterator[Any]:
    """A browser context; `outside` and `complaints` on it list what the pages asked for and complained about.

    Requests to the address `own` are none to the outside; all others are refused.
    """
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=chromium(), args=list(FLAGS))
        context: Any = browser.new_context(viewport={"width": 1400, "height": 1000})
        context.outside, context.complaints = [], []
        context.route(
            lambda url: not url.startswith((*LOCAL, f"{own}/")),
            lambda route: (context.outside.append(route.request.url), route.abort()),
        )
        context.on("page", lambda page: page.on("websocket", lambda ws: context.outside.extend(_foreign(ws.url, own))))
        context.on("console", lambda m: context.complaints.extend(_complaint(m)))
        context.on("weberror", lambda e: context.complaints.append(str(e.error)))
        yield context
        browser.close()
