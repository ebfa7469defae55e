"""The network as a page: pyvis draws it, and our own panel searches, filters, follows it and tells every number.

pyvis is no longer maintained and its page asks two public servers for Bootstrap. It is used in this module only: its
drawing library, data and options are taken out of the page that it makes, everything else is left behind.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from html import escape
from importlib import resources
from typing import Any

from graph_schema import CareSystem
from interface.drawings.network_data import OF_HOSPITAL, Link
from interface.drawings.network_layout import HEADING, WIDTH, Layout, curve_of
from interface.drawings.network_panel import NetworkWords, cards_markup, links_markup, panel_markup
from interface.drawings.palette import DASHES, INK, KINDS, MUTED, TINTS
from interface.drawings.picture import Live
from interface.drawings.surroundings import Surroundings
from interface.node_card import NodeCards
from interface.texts import text

__all__ = ["live_network"]

STYLES = re.compile(r"<style[^>]*>(.*?)</style>", re.DOTALL)
SCRIPTS = re.compile(r"<script(?![^>]*\bsrc\s*=)[^>]*>(.*?)</script>", re.DOTALL)
MARGIN, BORDER = 5, 2  # pixels between a box's border and its words
SWING = 76.0  # how far a link inside a column swings out, times its length
WORDS = ("needs", "needed_by", "has", "had_by", "nothing", "none_chosen", "not_found", "indirectly", "link", "sources")
PORT = "port"  # an invisible point at the side of a box, where links begin and end
UNSEEN = "rgba(0,0,0,0)"


def _options(kinds: Sequence[str]) -> dict[str, Any]:
    """Options of the drawing library: places are given, nothing moves by itself, keys work where the focus is."""
    groups: dict[str, Any] = {
        kind: {
            "color": {"background": TINTS[kind], "border": KINDS[kind],
                      "highlight": {"background": TINTS[kind], "border": INK},
                      "hover": {"background": TINTS[kind], "border": INK}},
            "font": {"color": INK},
        }
        for kind in kinds
    }  # fmt: skip
    groups[PORT] = {"color": {"background": UNSEEN, "border": UNSEEN, "highlight": UNSEEN, "hover": UNSEEN},
                    "shape": "dot", "size": 0.5, "borderWidth": 0, "borderWidthSelected": 0}  # fmt: skip
    return {
        "groups": groups,
        "physics": {"enabled": False},
        "nodes": {"shape": "box", "borderWidth": 1.5, "borderWidthSelected": 3, "margin": MARGIN,
                  "font": {"size": 12, "face": "Arial, Liberation Sans, sans-serif", "align": "left"},
                  "widthConstraint": {"minimum": WIDTH - 2 * (MARGIN + 1)},
                  "scaling": {"label": {"drawThreshold": 4}}},
        "edges": {"color": {"color": MUTED, "highlight": INK, "hover": INK, "opacity": 0.5},
                  "arrows": {"to": {"enabled": True, "scaleFactor": 0.35}}, "selectionWidth": 1.5},
        "interaction": {"hover": True, "hideEdgesOnDrag": True, "tooltipDelay": 150, "dragNodes": False,
                        "zoomView": False, "keyboard": {"enabled": True, "bindToWindow": False}},
    }  # fmt: skip


def _swing(layout: Layout, link: Link) -> dict[str, Any]:
    """How a link bends: level out of a box and into the next one; inside a column out to the left."""
    here, there = layout.boxes[link.source], layout.boxes[link.target]
    if abs(here.x - there.x) >= WIDTH:
        return {"enabled": True, "type": "cubicBezier", "forceDirection": "horizontal", "roundness": 0.5}
    way = "curvedCCW" if there.y > here.y else "curvedCW"
    return {"enabled": True, "type": way, "roundness": round(min(SWING / max(abs(there.y - here.y), 1), 0.5), 3)}


def _drawn(found: Surroundings, layout: Layout, names: Mapping[str, str], titles: Sequence[str]) -> str:
    """The whole page that pyvis makes."""
    from pyvis.network import Network  # pyright: ignore[reportMissingTypeStubs]

    net: Any = Network(height="100%", width="100%", directed=True, cdn_resources="in_line")
    for node, box in layout.boxes.items():
        look: dict[str, Any] = {"borderWidth": 4} if node == found.focus else {}
        net.add_node(
            node, label="\n".join(box.lines), title=names[node], group=found.nodes[node], x=box.x, y=box.y,
            physics=False, shape="box", heightConstraint={"minimum": box.height - 2 * (MARGIN + 1)}, **look,
        )  # fmt: skip
    ports: set[str] = set()

    def port(node: str, x: float) -> str:
        side = "left" if x < layout.boxes[node].x else "right"
        name = f"{node}|{side}"
        if name not in ports:
            ports.add(name)
            net.add_node(name, label=" ", group=PORT, x=x, y=layout.boxes[node].y, physics=False, shape="dot")
        return name

    for number, (link, title) in enumerate(zip(found.links, titles, strict=True)):
        start, _, _, end = curve_of(layout, link)
        dash: Any = False if link.grade == "reported" else list(DASHES[link.grade])
        net.add_edge(
            port(link.source, start[0]), port(link.target, end[0]), id=number, title=title, dashes=dash,
            width=0.8 + 3 * (link.strength or 0.1), grade=link.grade, smooth=_swing(layout, link),
        )  # fmt: skip
    net.set_options(json.dumps(_options(sorted(set(found.nodes.values())))))
    return str(net.generate_html(notebook=False))


def live_network(
    system: CareSystem,
    found: Surroundings,
    layout: Layout,
    cards: NodeCards,
    titles: Sequence[str],
    addresses: Mapping[str, str],
) -> Live:
    """Return the network as markup, styles and scripts that refer to no other place.

    Parameters
    ----------
    system
        The dataset.
    found, layout
        What is drawn, and where.
    cards
        Tells every number of a node, in the language of the page.
    titles
        A sentence for each link.
    addresses
        ``node``, ``source``: where a page shows one, with a brace for its id; without them there is no such page.
    """
    lang, names = cards.lang, cards.names
    page = _drawn(found, layout, names, titles)
    styles = [s for s in STYLES.findall(page) if "#mynetwork" not in s]
    scripts = [re.sub(r"//# sourceMappingURL=\S+", "", s) for s in SCRIPTS.findall(page)]
    wanted = [s for s in scripts if "vis-network" in s[:400] or "drawGraph" in s]
    words = NetworkWords(system, found, cards, titles)
    told = {
        "words": {name: text(f"draw_word_{name}", lang) for name in WORDS},
        "names": {n: names[n] for n in found.nodes},
        "kinds": dict(found.nodes),
        "links": links_markup(words),
        "grades": [link.grade for link in found.links],
        "had": [link.type in OF_HOSPITAL for link in found.links],
        "headings": [[text(f"draw_column_{name}", lang), x - WIDTH / 2] for name, x in layout.headings],
        "size": [layout.width, layout.height, HEADING],
        "ink": INK,
        "focus": found.focus,
        "address": addresses.get("node", ""),
        "open": text("draw_word_open", lang),
    }
    told_json = json.dumps(told, ensure_ascii=False).replace("<", "\\u003c")
    folder = resources.files("interface.drawings")
    script = f"const TOLD = {told_json};\n" + folder.joinpath("network.js").read_text(encoding="utf-8")
    style = folder.joinpath("network.css").read_text(encoding="utf-8")
    alternative = escape(text("draw_network_canvas", lang, nodes=len(found.nodes), links=len(found.links)), quote=True)
    return Live(
        [*styles, style],
        panel_markup(words, alternative),
        [*wanted, script],
        cards_markup(words, addresses.get("source", "")),
    )
