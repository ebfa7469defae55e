"""Links in a drawing: marks that name a node, to links with a name, each once for the keyboard; or to none."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

__all__ = ["HREF", "href_of", "with_links", "without_links"]

HREF = "href"  # field of a mark's data with the link
# The renderer puts an address of its own before a link.
OPENING = re.compile(r'<a xlink:href="[^"]*\?node=([a-z0-9_]+)"[^>]*>')
ANY = re.compile(r"</?a(?: [^>]*)?>")
# The renderer calls each group of marks a symbol, in which nothing could be reached.
SYMBOL = re.compile(r' (?:role|aria-roledescription)="(?:graphics-|[a-z -]*mark )[^"]*"')


def href_of(node: str) -> str:
    """Return the link of a node, as a chart's data holds it.

    Examples
    --------
    >>> href_of("hocm")
    '?node=hocm'
    """
    return f"?node={node}"


def without_links(svg: str) -> str:
    """Return a drawing without its links, for a file.

    Examples
    --------
    >>> without_links('<a xlink:href="https://x/?node=a"><path/></a>')
    '<path/>'
    """
    return ANY.sub("", svg)


def with_links(svg: str, names: Mapping[str, str], said: Callable[[str], str]) -> str:
    """Return a drawing whose links say where they lead; each node is reached once by keyboard, at its last mark.

    Parameters
    ----------
    svg
        As the renderer made it.
    names
        Node to name, as text of a title: escaped.
    said
        Name of a node to what its link says.

    Examples
    --------
    >>> two = '<a xlink:href="https://x/?node=a"></a>' * 2
    >>> with_links(two, {"a": "Umeå"}, "Öppna {}".format)
    '<a href="?node=a" tabindex="-1" aria-hidden="true"></a><a href="?node=a"><title>Öppna Umeå</title></a>'
    """
    last = {found[1]: found.start() for found in OPENING.finditer(svg)}

    def link(found: re.Match[str]) -> str:
        node = found[1]
        if found.start() != last[node]:
            return f'<a href="?node={node}" tabindex="-1" aria-hidden="true">'
        return f'<a href="?node={node}"><title>{said(names[node])}</title>'

    return SYMBOL.sub("", OPENING.sub(link, svg))
