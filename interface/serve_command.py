"""The command serve: the page for the meeting, on this machine, without a network."""

from __future__ import annotations

import ipaddress
import os
import socket
import subprocess
import sys
from dataclasses import dataclass
from importlib import resources
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated

import typer

from graph_schema import SettingError
from interface import options as opt
from interface.page.served_with import arguments
from interface.texts import Language, text

__all__ = ["Served", "register", "server_command"]

NEEDED = (("streamlit", "streamlit"), ("altair", "altair"), ("vl-convert-python", "vl_convert"))
PAGE_COLUMNS = 200  # characters of a command's table on the page, however wide the terminal of the server is
# No statistics to anybody, no question for our address, no watching of files, no code shown to readers; the
# toolbar `viewer` keeps Streamlit's own stop button.
FLAGS = {
    "browser.gatherUsageStats": "false",
    "client.showErrorDetails": "none",
    "client.showErrorLinks": "false",
    "client.toolbarMode": "viewer",
    "logger.hideWelcomeMessage": "true",
    "runner.magicEnabled": "false",
    "server.fileWatcherType": "none",
    "server.headless": "true",
    "theme.base": "light",
    "theme.primaryColor": "#0b5c8f",
}


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command()(serve)


@dataclass(frozen=True)
class Served:
    """What is served, and to whom.

    Attributes
    ----------
    port, host
        Where the server listens.
    base_url
        Path of the page behind a reverse proxy.
    lang
        That sessions begin with.
    dataset
        Its folder; None: the packaged one.
    mask
        Reported patient counts below it are hidden in every session.
    password_file
        With the password that opens the page; None: none is asked for.
    """

    port: int
    host: str = "127.0.0.1"
    base_url: str = ""
    lang: Language = "sv"
    dataset: Path | None = None
    mask: int = 0
    password_file: Path | None = None


def server_command(served: Served) -> list[str]:
    """Return the command line of the server: Streamlit's options, then the words for our own script."""
    script = str(resources.files("interface.page").joinpath("server.py"))
    base = served.base_url.strip("/")
    flags = {**FLAGS, "server.address": served.host, "server.port": str(served.port)}
    if base:
        flags["server.baseUrlPath"] = base
    words = [word for name, value in flags.items() for word in (f"--{name}", value)]
    own = arguments(served.lang, served.mask, served.dataset, served.password_file, base)
    return [sys.executable, "-m", "streamlit", "run", script, *words, "--", *own]


def _is_own_machine(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _check_free(host: str, port: int) -> None:
    """Raise SettingError where the server could not listen."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(found[0], found[1]) as place:
            if os.name == "posix":
                place.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            place.bind(found[4])
    except OSError as error:
        raise SettingError(f"--port {port}: is taken or {host} is no address here ({error}); choose another") from error


def serve(
    port: Annotated[int, typer.Option("--port", min=1, max=65535, help="Port of the page.")] = 8501,
    host: Annotated[
        str, typer.Option("--host", help="Address to listen on; the default is reached from this machine alone.")
    ] = "127.0.0.1",
    base_url: Annotated[
        str, typer.Option("--base-url", metavar="PATH", help="Path of the page behind a reverse proxy, e.g. nhv.")
    ] = "",
    dataset: opt.DatasetOption = None,
    mask: Annotated[
        int, typer.Option("--mask", metavar="N", min=0, help="Hide reported patient numbers below N in every session.")
    ] = 0,
    password_file: Annotated[
        Path | None,
        typer.Option("--password-file", metavar="FILE", help="Ask everybody for the password in its first line."),
    ] = None,
    lang: opt.LangOption = opt.Lang.SV,
) -> None:
    """Open the page for the meeting in a browser, in Swedish and English, without a network.

    Ctrl-C ends it. For a server that others reach: a password, and a reverse proxy in front that speaks TLS.

    Examples: randzon serve --port 8600;  randzon serve --password-file pw.txt --base-url nhv --mask 5
    """
    missing = [package for package, module in NEEDED if find_spec(module) is None]
    if missing:
        raise SettingError(f"serve needs {', '.join(missing)}: install randzon with the extra 'app'")
    if password_file is not None:
        from interface.page.password_gate import read_password

        read_password(password_file)
    opt.read_system(dataset)  # a dataset with errors is told here, not in the browser
    _check_free(host, port)
    language = opt.language(lang)
    shown = f"[{host}]" if ":" in host else host
    typer.echo(text("serve_open", language, url=f"http://{shown}:{port}/{base_url.strip('/')}"), err=True)
    if not _is_own_machine(host):
        typer.echo(text("serve_no_password" if password_file is None else "serve_no_tls", language), err=True)
    environment = {**os.environ, "COLUMNS": str(PAGE_COLUMNS)}
    command = server_command(Served(port, host, base_url, language, dataset, mask, password_file))
    sys.stderr.flush()
    if os.name == "posix":
        # The server takes our place: signals reach it, and nothing is left behind.
        os.execve(command[0], command, environment)  # noqa: S606 - our own words, no shell
    raise typer.Exit(subprocess.call(command, env=environment))  # noqa: S603 - as above
