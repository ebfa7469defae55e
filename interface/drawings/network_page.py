"""The network as a page: pyvis draws it, and our own panel searches, filters and follows it.

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

from interface.drawings.labels import wrapped
from interface.drawings.network_data import Surroundings
from interface.drawings.network_layout import BOX, Layout
from interface.drawings.palette import DASHES, INK, KINDS, MUTED, TINTS
from interface.drawings.picture import Live
from interface.texts import Language, text

__all__ = ["live_network"]

HEIGHT = "74vh"
NAME_SIGNS = 30
STYLES = re.compile(r"<style[^>]*>(.*?)</style>", re.DOTALL)
SCRIPTS = re.compile(r"<script(?![^>]*\bsrc\s*=)[^>]*>(.*?)</script>", re.DOTALL)
WORDS = (
    "needs", "needed_by", "nothing", "none_chosen", "not_found", "indirectly",
)  # fmt: skip


def _options(kinds: Sequence[str]) -> dict[str, Any]:
    """Options of the drawing library: places are given, nothing moves by itself, keys work where the focus is."""
    groups = {
        kind: {
            "color": {"background": TINTS[kind], "border": KINDS[kind],
                      "highlight": {"background": TINTS[kind], "border": INK},
                      "hover": {"background": TINTS[kind], "border": INK}},
            "font": {"color": INK},
        }
        for kind in kinds
    }  # fmt: skip
    return {
        "groups": groups,
        "physics": {"enabled": False},
        "nodes": {"shape": "box", "borderWidth": 1.5, "borderWidthSelected": 3, "margin": 5,
                  "font": {"size": 13, "face": "Arial, Liberation Sans, sans-serif", "align": "left"},
                  "widthConstraint": {"minimum": BOX[0] - 12, "maximum": BOX[0] - 12},
                  "heightConstraint": {"minimum": BOX[1] - 12},
                  "scaling": {"label": {"drawThreshold": 4}}},
        "edges": {"color": {"color": MUTED, "highlight": INK, "hover": INK, "opacity": 0.55}, "smooth": False,
                  "arrows": {"to": {"enabled": True, "scaleFactor": 0.4}}, "selectionWidth": 1.5},
        "interaction": {"hover": True, "hideEdgesOnDrag": True, "tooltipDelay": 150,
                        "keyboard": {"enabled": True, "bindToWindow": False}},
    }  # fmt: skip


def _drawn(found: Surroundings, layout: Layout, names: Mapping[str, str], titles: Sequence[str]) -> str:
    """The whole page that pyvis makes."""
    from pyvis.network import Network  # pyright: ignore[reportMissingTypeStubs]

    net: Any = Network(height=HEIGHT, width="100%", directed=True, cdn_resources="in_line")
    for node, (x, y) in layout.places.items():
        kind = found.nodes[node]
        look = {"borderWidth": 4} if node == found.focus else {}
        label = "\n".join(wrapped(names[node], NAME_SIGNS))
        net.add_node(node, label=label, title=names[node], group=kind, x=x, y=y, physics=False, shape="box", **look)
    for number, (link, title) in enumerate(zip(found.links, titles, strict=True)):
        inside = abs(layout.places[link.source][0] - layout.places[link.target][0]) < BOX[0]
        swing: dict[str, Any] = {"smooth": {"enabled": True, "type": "curvedCW", "roundness": 0.35}} if inside else {}
        dash: Any = False if link.grade == "reported" else list(DASHES[link.grade])
        net.add_edge(
            link.source, link.target, id=number, title=title, dashes=dash, width=0.8 + 3 * (link.strength or 0.1),
            grade=link.grade, **swing,
        )  # fmt: skip
    net.set_options(json.dumps(_options(sorted(set(found.nodes.values())))))
    return str(net.generate_html(notebook=False))


def _line_style(grade: str, lang: Language) -> str:
    dashes = "none" if grade == "reported" else " ".join(map(str, DASHES[grade]))
    return (
        f'<span class="style"><svg width="44" height="8" aria-hidden="true"><line x1="0" x2="44" y1="4" y2="4" '
        f'stroke="{MUTED}" stroke-width="2" stroke-dasharray="{dashes}"/></svg> '
        f"{escape(text(f'draw_grade_{grade}', lang))}</span>"
    )


def _panel(found: Surroundings, names: Mapping[str, str], alternative: str, lang: Language) -> str:
    """Search, types, line styles and buttons; and where the chosen node is told in words."""
    counts = {k: sum(kind == k for kind in found.nodes.values()) for k in KINDS}
    boxes = "\n".join(
        f'<label><input type="checkbox" data-kind="{kind}" checked> '
        f'<span class="chip" style="background:{TINTS[kind]};border-color:{KINDS[kind]}"></span>'
        f"{escape(text(f'draw_kind_{kind}', lang))} ({count})</label>"
        for kind, count in counts.items()
        if count
    )
    styles = "\n".join(_line_style(grade, lang) for grade in DASHES)
    options = "\n".join(
        f'<option value="{escape(names[n], quote=True)}"></option>' for n in sorted(found.nodes, key=lambda n: names[n])
    )
    buttons = "\n".join(
        f'<button type="button" id="{name}">{escape(text(f"draw_button_{name}", lang))}</button>'
        for name in ("show_all", "larger", "smaller")
    )
    return f"""<div class="panel">
<form id="search"><label for="wanted">{escape(text("draw_search", lang))}</label>
<input id="wanted" list="names" autocomplete="off"><datalist id="names">
{options}
</datalist> <button type="submit">{escape(text("draw_button_search", lang))}</button></form>
<fieldset><legend>{escape(text("draw_types", lang))}</legend>
{boxes}
</fieldset>
<fieldset><legend>{escape(text("draw_line_grade", lang))}</legend>
{styles}
</fieldset>
<div class="buttons">{buttons}</div>
</div>
<p class="hint">{escape(text("draw_network_hint", lang))}</p>
<div id="mynetwork" role="group" aria-label="{escape(alternative, quote=True)}"></div>
<div id="chosen" role="status" aria-live="polite">{escape(text("draw_word_none_chosen", lang))}</div>"""


def live_network(
    found: Surroundings, layout: Layout, names: Mapping[str, str], titles: Sequence[str], lang: Language
) -> Live:
    """Return the network as markup, styles and scripts that refer to no other place.

    Parameters
    ----------
    found, layout
        What is drawn, and where.
    names
        Of its nodes.
    titles
        A sentence for each link.
    lang
        Of the words.
    """
    page = _drawn(found, layout, names, titles)
    styles = [s for s in STYLES.findall(page) if "#mynetwork" not in s]
    scripts = [re.sub(r"//# sourceMappingURL=\S+", "", s) for s in SCRIPTS.findall(page)]
    wanted = [s for s in scripts if "vis-network" in s[:400] or "drawGraph" in s]
    folder = resources.files("interface.drawings")
    told = {
        "words": {name: text(f"draw_word_{name}", lang) for name in WORDS},
        "names": {n: names[n] for n in found.nodes},
        "kinds": dict(found.nodes),
        "headings": [[text(f"draw_column_{name}", lang), x - BOX[0] / 2] for name, x in layout.headings],
        "ink": INK,
        "focus": found.focus,
    }
    told_json = json.dumps(told, ensure_ascii=False).replace("<", "\\u003c")
    script = f"const TOLD = {told_json};\n" + folder.joinpath("network.js").read_text(encoding="utf-8")
    style = folder.joinpath("network.css").read_text(encoding="utf-8").replace("$HEIGHT", HEIGHT)
    alternative = text("draw_network_canvas", lang, nodes=len(found.nodes), links=len(found.links))
    return Live([*styles, style], _panel(found, names, alternative, lang), [*wanted, script])
