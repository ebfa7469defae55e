"""The page behind a password, at a path of its own: nobody without it reaches a page, a file or a socket."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from tests.accessibility import violations
from tests.browser import chromium, opened
from tests.command_line import Shell
from tests.page_server import served

PASSWORD = "sju sköna sjömän"  # noqa: S105 - of the test's own server
ENTRY = "randzon_entry"
HTML = {"Accept": "text/html"}


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory, small_dataset: Path) -> Iterator[str]:
    """The address of a page of the small country at /nhv, which asks for a password."""
    folder = tmp_path_factory.mktemp("guarded")
    secret = folder / "password.txt"
    secret.write_text(f"{PASSWORD}\n", encoding="utf-8")
    secret.chmod(0o600)
    options = ("--password-file", str(secret), "--base-url", "nhv", "--dataset", str(small_dataset))
    with served(folder / "log.txt", *options, base="/nhv") as found:
        yield found


def test_without_the_password_there_is_only_the_form(guarded: str) -> None:
    for path in ("/", "/tank-om", "/static/js/x.js", "/media/x.svg"):
        assert requests.get(guarded + path, timeout=20).status_code == 401
        sent = requests.get(guarded + path, timeout=20, headers=HTML, allow_redirects=False)
        assert (sent.status_code, sent.headers["location"]) == (303, "/nhv/login")
    for cookie in ("", "MTIz.abc.def"):
        with pytest.raises(InvalidStatus, match="403"):
            connect(
                guarded.replace("http", "ws", 1) + "/_stcore/stream", additional_headers={"Cookie": f"{ENTRY}={cookie}"}
            )
    assert requests.get(f"{guarded}/_stcore/health", timeout=20).status_code == 200


def test_a_wrong_password_a_long_form_and_an_empty_one_are_refused(guarded: str) -> None:
    for form in ({"password": PASSWORD[:-1]}, {"more": "x" * 5000, "password": PASSWORD}, {}):
        answer = requests.post(f"{guarded}/login", form, timeout=20, allow_redirects=False)
        assert answer.status_code == 403
        assert ENTRY not in answer.cookies


def test_the_cookie_is_out_of_reach_for_scripts_and_only_sent_encrypted_where_the_page_is(guarded: str) -> None:
    for scheme, secure in (("http", False), ("https", True)):
        answer = requests.post(f"{guarded}/login", {"password": PASSWORD}, timeout=20, allow_redirects=False,
                               headers={"X-Forwarded-Proto": scheme})  # fmt: skip
        told = answer.headers["set-cookie"]
        assert (answer.status_code, answer.headers["location"]) == (303, "/nhv/")
        assert "HttpOnly" in told
        assert "SameSite=lax" in told
        assert "Path=/nhv/" in told
        assert ("Secure" in told) == secure


@pytest.mark.skipif(chromium() is None, reason="needs Chromium")
def test_who_gives_the_password_gets_in_stays_in_and_leaves(guarded: str) -> None:
    with opened(guarded) as context:
        page: Any = context.new_page()
        page.goto(f"{guarded}/tank-om")
        assert page.url == f"{guarded}/login"
        assert violations(page) == []
        page.get_by_label("Lösenord").fill("fel lösenord")
        page.keyboard.press("Enter")
        page.get_by_role("alert").get_by_text("Fel lösenord.").wait_for()
        page.get_by_label("Lösenord").fill(PASSWORD)
        page.keyboard.press("Enter")
        page.get_by_role("heading", name="Översikt", level=1).wait_for()
        page.goto(f"{guarded}/tank-om")
        page.get_by_role("heading", name="Tänk om", level=1).wait_for()
        page.get_by_role("link", name="Logga ut").click()
        page.get_by_label("Lösenord").wait_for()
        page.goto(f"{guarded}/tank-om")
        assert page.url == f"{guarded}/login"
        assert context.outside == []


def test_a_bad_password_file_is_told_with_all_that_is_wrong(shell: Shell) -> None:
    short = shell.write("short.txt", "kort\n")
    Path(short).chmod(0o644)
    told = shell("serve", "--password-file", short)
    assert told.code == 2
    assert "4 characters: take at least 10; others on this machine may read it: chmod 600" in told.err
    told = shell("serve", "--password-file", shell.folder / "none.txt")
    assert "cannot be read" in told.err
