"""Links between the pages that keep the session, in tables and pictures too; the address names page and node."""

from __future__ import annotations

from functools import cache
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import streamlit as st

from interface.page.addresses import PATHS

__all__ = ["CARD", "ask_for", "follow_links", "link_to", "show_markup"]

CARD = "kort"  # anchor of what a followed link opens on the same page
# A plain link would load the page anew and lose what the session has chosen. Without this script it still does that.
FOLLOW = f"""
export default function (component) {{
  const {{ setTriggerValue }} = component;
  const follow = (event) => {{
    const link = event.target.closest && event.target.closest('.randzon a[href*="node="]');
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
    event.preventDefault();
    setTriggerValue('followed', link.getAttribute('href'));
    let tries = 40;
    const find = () => {{
      const place = document.getElementById('{CARD}');
      if (place) {{ place.setAttribute('tabindex', '-1'); place.focus(); place.scrollIntoView(); }}
      else if (tries-- > 0) setTimeout(find, 100);
    }};
    setTimeout(find, 600);
  }};
  document.addEventListener('click', follow);
  return () => document.removeEventListener('click', follow);
}}
"""
SHOW = """
export default function (component) {
  const { data, parentElement } = component;
  let place = parentElement.querySelector('.randzon-place');
  if (!place) {
    place = document.createElement('div');
    place.className = 'randzon-place';
    parentElement.appendChild(place);
  }
  if (place.dataset.name !== data.name) { place.innerHTML = data.markup; place.dataset.name = data.name; }
}
"""


def _component(name: str, script: str) -> Any:
    """A script on the page, not in a frame; the stubs of the library do not know it."""
    library: Any = st.components
    return library.v2.component(name, js=script, isolate_styles=False)


@cache
def _follower() -> Any:
    return _component("randzon_follow", FOLLOW)


@cache
def _shower() -> Any:
    return _component("randzon_markup", SHOW)


def _page(name: str) -> Any:
    """A page as Streamlit knows it: told from others by its path alone."""
    return st.Page(lambda: None, title=name, url_path=PATHS[name] or None, default=not PATHS[name])


def follow_links() -> None:
    """Open what a link in a table or a picture names (``?node=…`` or ``./page?node=…``) without a new session."""
    found = _follower()(key="randzon_follow", on_followed_change=lambda: None)
    if not found.followed:
        return
    parts = urlsplit(str(found.followed))
    path = parts.path.strip("./")
    names = {path_of: name for name, path_of in PATHS.items()}
    asked = dict(parse_qsl(parts.query))
    if parts.path and path in names:
        st.switch_page(_page(names[path]), query_params=asked)
    st.query_params.from_dict(asked)
    st.rerun()


def link_to(page: str, label: str, node: str | None = None) -> None:
    """Show a link to a page, at a node of the dataset; it keeps the session.

    Parameters
    ----------
    page
        Key of `interface.page.addresses.PATHS`.
    label
        What it says.
    node
        Id of the node.
    """
    st.page_link(_page(page), label=label, query_params=None if node is None else {"node": node})


def ask_for(node: str | None) -> None:
    """Let the address name a node, or none, so that the page can be shared and the browser can go back."""
    if node is None:
        st.query_params.pop("node", None)
    else:
        st.query_params["node"] = node


def show_markup(name: str, markup: str) -> None:
    """Show markup that Streamlit would strip of its drawing: a picture with links.

    Parameters
    ----------
    name
        Tells this markup from another in the same place.
    markup
        Made by the page's own service, never by a reader.
    """
    _shower()(key=f"markup_{name.partition(' ')[0]}", data={"name": name, "markup": markup})
