"""A page in the browser to what axe finds against WCAG 2.1 AA, as sentences."""

from __future__ import annotations

from typing import Any

from axe_playwright_python.sync_playwright import Axe

__all__ = ["violations"]

OPTIONS = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]}


def violations(page: Any) -> list[str]:
    """Rule, what it wants, and the elements that break it; frames are looked into."""
    found = Axe().run(page, options=OPTIONS).response["violations"]
    return [f"{rule['id']}: {rule['help']}: {node['target']} {node['html'][:200]}" for rule in found
            for node in rule["nodes"]]  # fmt: skip
