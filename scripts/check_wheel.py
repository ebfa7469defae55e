"""Build the wheel, install it alone with its core dependencies and run the main job in an empty folder.

Shows that the packaged data is found without a checkout and that no extra is needed. Run it with the
Python of ``.venv`` (``make wheel``); what it makes is temporary.
"""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
import tempfile
import tomllib
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
JOB = ("run", "hocm", "--draws", "100")
LONGEST_S = 600


def call(command: list[str | Path], folder: Path) -> str:
    """Run a command in `folder` without input and return its output; stop if it fails."""
    env = {name: value for name, value in os.environ.items() if name not in {"PYTHONPATH", "VIRTUAL_ENV"}}
    env.update(PYTHONNOUSERSITE="1", PYTHONUTF8="1", PIP_USER="0")
    done = subprocess.run(
        command, cwd=folder, env=env, stdin=subprocess.DEVNULL, capture_output=True,
        encoding="utf-8", timeout=LONGEST_S, check=False,
    )  # fmt: skip
    if done.returncode != 0:
        sys.exit(f"wheel: {' '.join(map(str, command))} ended with {done.returncode}\n{done.stdout}{done.stderr}")
    return done.stdout


def build(folder: Path) -> Path:
    """Build the wheel into `folder` and return its path."""
    call([sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", folder, ROOT], folder)
    (wheel,) = folder.glob("*.whl")
    return wheel


def check_content(wheel: Path) -> None:
    """Stop unless the wheel holds exactly the listed packages, with their data."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    packages = set(settings["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"])
    with zipfile.ZipFile(wheel) as archive:
        names = [name for name in archive.namelist() if ".dist-info/" not in name]
    found = {name.split("/")[0] for name in names}
    if found != packages:
        sys.exit(f"wheel: holds {sorted(found)}, must hold {sorted(packages)}")
    kinds = {".py", ".csv", ".toml", ".json", ".geojson", ".css", ".js", ".html", ".cypher"}
    here = {
        path.relative_to(ROOT).as_posix()
        for package in packages
        for path in (ROOT / package).rglob("*")
        if path.suffix in kinds
    }
    missing = sorted(here - set(names))
    if missing:
        sys.exit(f"wheel: lacks {', '.join(missing)}")
    print(f"wheel: {wheel.name}, {wheel.stat().st_size / 1000:.0f} kB, {len(names)} files")


def constraints(folder: Path) -> Path:
    """Write the locked versions without hashes, for a core-only install, and return the file."""
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    pins = re.findall(r"^([\w.\-]+)(?:\[[^\]]*\])?(==[^\\\n]+?)\s*\\?$", lock, flags=re.MULTILINE)
    path = folder / "constraints.txt"
    path.write_text("".join(f"{name}{version}\n" for name, version in pins), encoding="utf-8")
    return path


def run_alone(wheel: Path, folder: Path) -> str:
    """Install the wheel in a new environment and return what the main job prints in an empty folder."""
    call([sys.executable, "-m", "venv", folder / "venv"], folder)
    scripts = folder / "venv" / ("Scripts" if os.name == "nt" else "bin")
    pip = [scripts / "python", "-m", "pip", "install", "--quiet", "--no-input"]
    call([*pip, "--constraint", constraints(folder), wheel], folder)
    empty = folder / "empty"
    empty.mkdir()
    printed = call([scripts / "randzon", *JOB], empty)
    left = sorted(path.name for path in empty.iterdir())
    if left:
        sys.exit(f"wheel: the main job left files behind: {', '.join(left)}")
    return printed


def main() -> None:
    """Build, look inside, install, run."""
    argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None).parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        wheel = build(folder)
        check_content(wheel)
        printed = run_alone(wheel, folder)
    if not printed.strip():
        sys.exit(f"wheel: randzon {' '.join(JOB)} printed nothing")
    print(printed)
    print(f"wheel: randzon {' '.join(JOB)} ran from the wheel alone")


if __name__ == "__main__":
    main()
