// The panel of the network page. `nodes`, `edges`, `network` are the drawing library's; TOLD holds our words and names.
(function () {
  "use strict";
  const FAINT = 0.12;
  const hiddenKinds = new Set();
  let chosen = null;
  const chosenBox = document.getElementById("chosen");
  const canvasHolder = document.getElementById("mynetwork");
  const forwards = new Map();
  const backwards = new Map();
  for (const id of nodes.getIds()) { forwards.set(id, []); backwards.set(id, []); }
  edges.forEach(function (edge) { forwards.get(edge.from).push(edge.to); backwards.get(edge.to).push(edge.from); });

  // The library makes its frame the 900th stop of the Tab key; it is an ordinary one.
  const frame = canvasHolder.querySelector(".vis-network");
  if (frame) { frame.setAttribute("tabindex", "0"); }

  network.on("beforeDrawing", function (context) {
    context.fillStyle = TOLD.ink;
    context.textAlign = "left";
    context.font = "bold 15px Arial, Liberation Sans, sans-serif";
    for (const [words, x] of TOLD.headings) { context.fillText(words, x, -18); }
  });

  function reached(start, next) {
    const seen = new Set([start]);
    const waiting = [start];
    while (waiting.length) {
      for (const other of next.get(waiting.pop())) {
        if (!seen.has(other)) { seen.add(other); waiting.push(other); }
      }
    }
    return seen;
  }

  function paragraph(heading, ids, all) {
    const p = document.createElement("p");
    const strong = document.createElement("strong");
    strong.textContent = heading + ": ";
    p.appendChild(strong);
    const names = [...ids].map(function (id) { return TOLD.names[id]; }).sort();
    const more = all.size - 1 - names.length;
    let words = names.length ? names.join("; ") : TOLD.words.nothing;
    if (more > 0) { words += " (" + TOLD.words.indirectly.replace("#", String(more)) + ")"; }
    p.appendChild(document.createTextNode(words + "."));
    return p;
  }

  function tell(id) {
    chosenBox.replaceChildren();
    if (id === null) { chosenBox.textContent = TOLD.words.none_chosen; return; }
    const heading = document.createElement("h2");
    heading.textContent = TOLD.names[id];
    chosenBox.append(
      heading,
      paragraph(TOLD.words.needs, new Set(forwards.get(id)), reached(id, forwards)),
      paragraph(TOLD.words.needed_by, new Set(backwards.get(id)), reached(id, backwards))
    );
  }

  function paint() {
    const down = chosen === null ? null : reached(chosen, forwards);
    const up = chosen === null ? null : reached(chosen, backwards);
    const isIn = function (id) { return chosen === null || down.has(id) || up.has(id); };
    nodes.update(nodes.getIds().map(function (id) {
      return { id: id, opacity: isIn(id) ? 1 : FAINT, hidden: hiddenKinds.has(TOLD.kinds[id]),
        font: { color: isIn(id) ? TOLD.ink : "rgba(26,26,26,0.25)" } };
    }));
    edges.update(edges.get().map(function (edge) {
      const along = chosen === null || (down.has(edge.from) && down.has(edge.to)) || (up.has(edge.from) && up.has(edge.to));
      return { id: edge.id, color: { opacity: chosen === null ? 0.55 : along ? 0.9 : 0.06 } };
    }));
    tell(chosen);
  }

  function choose(id) { chosen = id; if (id !== null) { network.selectNodes([id]); } else { network.unselectAll(); } paint(); }

  network.on("click", function (event) { choose(event.nodes.length ? event.nodes[0] : null); });
  document.getElementById("search").addEventListener("submit", function (event) {
    event.preventDefault();
    const wanted = document.getElementById("wanted").value.trim().toLowerCase();
    if (!wanted) { choose(null); return; }
    const ids = nodes.getIds();
    const found = ids.find(function (id) { return TOLD.names[id].toLowerCase() === wanted; }) ||
      ids.find(function (id) { return TOLD.names[id].toLowerCase().includes(wanted); });
    if (found === undefined) { chosenBox.textContent = TOLD.words.not_found; return; }
    const box = document.querySelector('input[data-kind="' + TOLD.kinds[found] + '"]');
    if (!box.checked) { box.checked = true; hiddenKinds.delete(TOLD.kinds[found]); }
    choose(found);
    network.focus(found, { scale: Math.max(network.getScale(), 0.8) });
  });
  document.querySelectorAll("input[data-kind]").forEach(function (box) {
    box.addEventListener("change", function () {
      if (box.checked) { hiddenKinds.delete(box.dataset.kind); } else { hiddenKinds.add(box.dataset.kind); }
      paint();
    });
  });
  document.getElementById("show_all").addEventListener("click", function () { choose(null); network.fit(); });
  function zoom(factor) { network.moveTo({ scale: network.getScale() * factor }); }
  document.getElementById("larger").addEventListener("click", function () { zoom(1.3); });
  document.getElementById("smaller").addEventListener("click", function () { zoom(1 / 1.3); });
  document.addEventListener("keydown", function (event) { if (event.key === "Escape") { choose(null); } });
  network.fit();
})();
