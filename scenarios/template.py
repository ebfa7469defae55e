"""A commented scenario to start from."""

from __future__ import annotations

import os
import tempfile
from importlib import resources
from pathlib import Path

from graph_schema import StoreError

__all__ = ["template_text", "write_template"]


def template_text() -> str:
    """Return the template: a valid scenario with Swedish comments on every field.

    Examples
    --------
    >>> template_text().splitlines()[0]
    '# Mall för ett scenario. ...'
    """
    return resources.files("scenarios").joinpath("template.toml").read_text(encoding="utf-8")


def _place(temporary: Path, path: Path) -> None:
    """Give a finished file its name, wholly or not at all, and never that of another file."""
    try:
        os.link(temporary, path)
    except FileExistsError:
        raise
    except OSError:  # no hard links here; an exclusive create is as safe, though not as atomic
        with path.open("xb") as stream:
            stream.write(temporary.read_bytes())


def write_template(path: str | Path) -> Path:
    """Write the template to a new file, wholly or not at all.

    Parameters
    ----------
    path
        A file that does not exist yet; its folder does. The suffix ``.toml`` is added if there is none.

    Returns
    -------
    Path
        The file written.

    Raises
    ------
    StoreError
        If the file exists, its folder does not, or it cannot be written.
    """
    target = Path(path)
    target = target if target.suffix else target.with_suffix(".toml")
    folder = target.absolute().parent
    if not folder.is_dir():
        raise StoreError(f"{folder} does not exist: make it first")
    if os.path.lexists(target):
        raise StoreError(f"{target} exists and is left as it is: choose another name")
    try:
        handle, name = tempfile.mkstemp(prefix=f".{target.name}-", dir=folder)
    except OSError as error:
        raise StoreError(f"{target} cannot be written ({error.strerror}): check space and rights") from error
    temporary = Path(name)
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as stream:
            stream.write(template_text())
        temporary.chmod(0o644)
        _place(temporary, target)
    except FileExistsError as error:
        raise StoreError(f"{target} exists and is left as it is: choose another name") from error
    except OSError as error:
        raise StoreError(f"{target} cannot be written ({error.strerror}): check space and rights") from error
    finally:
        temporary.unlink(missing_ok=True)
    return target
