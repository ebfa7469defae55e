"""What `randzon serve` was asked for, from the words after the script's name."""

from __future__ import annotations

import argparse
import sys
from functools import cache
from pathlib import Path

__all__ = ["arguments", "served_with"]


@cache
def served_with() -> argparse.Namespace:
    """Return language, dataset, mask and the file with the password of this server."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--lang", default="sv")
    parser.add_argument("--mask", type=int, default=0)
    parser.add_argument("--dataset", type=Path)
    parser.add_argument("--password-file", type=Path)
    parser.add_argument("--base-url", default="")
    return parser.parse_known_args(sys.argv[1:])[0]


def arguments(lang: str, mask: int, dataset: Path | None, password_file: Path | None, base_url: str) -> list[str]:
    """Return the words that `served_with` reads."""
    paths = {"--dataset": dataset, "--password-file": password_file}
    named = [word for name, path in paths.items() if path is not None for word in (name, str(path.absolute()))]
    return ["--lang", lang, "--mask", str(mask), *named, *(["--base-url", base_url] if base_url else [])]
