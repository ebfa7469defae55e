"""A process that has loaded the packages and forks one process for each command: a second saved each time.

Reads one JSON object a line (``arguments``, ``folder``, ``environment``, ``out``, ``err``) and answers with the exit
code.
"""

from __future__ import annotations

import json
import os
import sys
import traceback
from typing import Any

import interface.application  # noqa: F401
from interface.cli import main


def _child(wanted: dict[str, Any]) -> None:
    code = 1
    try:
        os.chdir(wanted["folder"])
        os.environ.update(wanted["environment"])
        for stream, name in ((1, "out"), (2, "err")):
            file = os.open(wanted[name], os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
            os.dup2(file, stream)
            os.close(file)
        sys.argv = ["randzon", *wanted["arguments"]]
        main()
        code = 0
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else int(end.code is not None)
    except BaseException:  # noqa: BLE001
        traceback.print_exc()
    finally:
        for stream in (sys.stdout, sys.stderr):
            stream.flush()
        os._exit(code)


def _serve() -> None:
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            _child(json.loads(line))
        sys.stdout.write(f"{os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    _serve()
