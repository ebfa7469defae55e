"""The command line's entry: runs the application, turns errors into one message, stops cleanly on Ctrl-C."""

from __future__ import annotations

import os
import signal
import sys
import warnings
from contextlib import suppress
from typing import NoReturn

__all__ = ["main"]

BAD_INPUT, STOPPED = 2, 130


def _end(code: int) -> NoReturn:
    """End at once, also where threads still compute: nothing that they do is written anywhere."""
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError, ValueError):
            stream.flush()
    os._exit(code)


def _show_warning(message: Warning | str, *_: object, **__: object) -> None:
    sys.stderr.write(f"randzon: {message}\n")


def _run() -> None:
    # Only here, so that Ctrl-C while the libraries load is no traceback either.
    from graph_schema import RandzonError
    from interface.application import app

    warnings.showwarning = _show_warning
    try:
        app(prog_name="randzon")
    except RandzonError as error:
        sys.stderr.write(f"randzon: {error}\n")
        sys.exit(BAD_INPUT)


def main() -> None:
    """Run the command line; every error that a user can mend is one message and exit code 2."""
    interrupted = False

    def interrupt(*_: object) -> NoReturn:
        nonlocal interrupted
        interrupted = True
        raise KeyboardInterrupt

    signal.signal(signal.SIGINT, interrupt)
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(encoding="utf-8")
    try:
        _run()
    except BaseException:
        # Typer makes an exit of the interrupt; a library that is loading makes an import error of it.
        if not interrupted:
            raise
        sys.stderr.write("randzon: stopped with Ctrl-C; no file was left half-written\n")
        _end(STOPPED)
