// The panel of the network page. `nodes`, `edges`, `network` are the drawing library's; TOLD holds our words and names.
// Links begin and end at ports, invisible points at the sides of the boxes: "area|left", "area|right".
(function () {
  "use strict";
  const FAINT = 0.1;
  const LEAST = 0.62, READABLE = 0.75;  // scale at which one still reads the names; where that is not reached
  const hidden = { kind: new Set(), grade: new Set() };
  let chosen = null;
  const byId = function (id) { return document.getElementById(id); };
  const box = byId("chosen");
  const status = byId("told");
  const holder = byId("mynetwork");
  const view = byId("view");
  const nodeOf = function (port) { return String(port).split("|")[0]; };
  const all = Object.keys(TOLD.names);
  const ports = nodes.getIds().filter(function (id) { return String(id).includes("|"); });
  const links = edges.get().map(function (edge) {
    return { id: edge.id, from: nodeOf(edge.from), to: nodeOf(edge.to), grade: TOLD.grades[edge.id], had: TOLD.had[edge.id] };
  });

  // The library makes its frame the 900th stop of the Tab key; it is an ordinary one.
  const frame = holder.querySelector(".vis-network");
  if (frame) { frame.setAttribute("tabindex", "0"); frame.setAttribute("role", "img"); frame.setAttribute("aria-label", holder.getAttribute("aria-label")); }

  network.on("beforeDrawing", function (context) {
    context.fillStyle = TOLD.ink;
    context.textAlign = "left";
    context.font = "bold 13px Arial, Liberation Sans, sans-serif";
    for (const [words, x] of TOLD.headings) { context.fillText(words, x, -14); }
  });

  // As wide as there is room, but never too small to read: then one scrolls sideways. As tall as it then must be.
  function fit(whole) {
    const [width, height, heading] = TOLD.size;
    const room = view.clientWidth - 4;
    const fitting = Math.min(1.3, (room - 36) / width);
    const scale = whole || fitting >= LEAST ? fitting : READABLE;
    holder.style.width = Math.max(room, Math.ceil(width * scale) + 36) + "px";
    holder.style.height = Math.max(260, Math.ceil((height + heading + 24) * scale)) + "px";
    network.redraw();
    network.moveTo({ position: { x: width / 2 - 10, y: (height - heading) / 2 }, scale: scale, animation: false });
  }

  function isShown(link) {
    return !hidden.grade.has(link.grade) && !hidden.kind.has(TOLD.kinds[link.from]) && !hidden.kind.has(TOLD.kinds[link.to]);
  }

  function reached(start, shown, from, to) {
    const seen = new Set([start]);
    const waiting = [start];
    while (waiting.length) {
      const node = waiting.pop();
      for (const link of shown) {
        if (link[from] === node && !seen.has(link[to])) { seen.add(link[to]); waiting.push(link[to]); }
      }
    }
    return seen;
  }

  function element(name, words) {
    const made = document.createElement(name);
    if (words !== undefined) { made.textContent = words; }
    return made;
  }

  function paragraph(heading, ids, more) {
    const p = element("p");
    p.appendChild(element("strong", heading + ": "));
    const lang = document.documentElement.lang;
    const names = ids.map(function (id) { return TOLD.names[id]; }).sort(function (a, b) { return a.localeCompare(b, lang); });
    let words = names.length ? names.join("; ") : TOLD.words.nothing;
    if (more > 0) { words += " (" + TOLD.words.indirectly.replace("#", String(more)) + ")"; }
    p.appendChild(document.createTextNode(words + "."));
    return p;
  }

  // What a node needs and what needs it; hospitals, which have it, apart.
  function neighbours(id, reach, from, to, needs, has) {
    const near = links.filter(isShown).filter(function (l) { return l[from] === id; });
    const ids = function (had) { return [...new Set(near.filter(function (l) { return l.had === had; }).map(function (l) { return l[to]; }))]; };
    const others = [...reach].filter(function (n) { return n !== id && TOLD.kinds[n] !== "Hospital"; });
    const own = ids(true);
    const found = TOLD.kinds[id] === "Hospital" ? [] : [paragraph(needs, ids(false), others.length - ids(false).length)];
    if (own.length) { found.push(paragraph(has, own, TOLD.kinds[id] === "Hospital" ? others.length - own.length : 0)); }
    return found;
  }

  // The sources that are cited in the box, in full, under the numbers that stand there.
  function cite() {
    const numbers = [...new Set([...box.querySelectorAll('a[href^="#source-"]')].map(function (a) { return a.getAttribute("href").slice(8); }))];
    if (!numbers.length) { return; }
    const list = element("ol");
    numbers.map(Number).sort(function (a, b) { return a - b; }).forEach(function (number) {
      const source = byId("source-" + number);
      if (!source) { return; }
      const copy = source.cloneNode(true);
      copy.id = "cited-" + number;
      copy.value = number;
      list.appendChild(copy);
    });
    box.querySelectorAll('a[href^="#source-"]').forEach(function (a) { a.setAttribute("href", a.getAttribute("href").replace("#source-", "#cited-")); });
    box.append(element("h3", TOLD.words.sources), list);
  }

  function tellNode(id, down, up) {
    box.append(element("h2", TOLD.names[id]), ...neighbours(id, down, "from", "to", TOLD.words.needs, TOLD.words.has),
      ...neighbours(id, up, "to", "from", TOLD.words.needed_by, TOLD.words.had_by));
    if (TOLD.address) {
      const p = element("p");
      const a = element("a", TOLD.open.replace("#", TOLD.names[id]));
      a.href = TOLD.address.replace("{}", encodeURIComponent(id));
      a.target = "_blank";
      p.appendChild(a);
      box.appendChild(p);
    }
    const card = byId("node-" + id);
    if (card) { box.append(...card.querySelector(".card").cloneNode(true).childNodes); }
  }

  // What is chosen: an id of a node, the number of a link, or nothing.
  function tell(down, up) {
    box.replaceChildren();
    box.scrollTop = 0;
    if (chosen === null) { box.append(element("p", TOLD.words.none_chosen)); status.textContent = ""; return; }
    if (typeof chosen === "number") {
      box.append(element("h2", TOLD.words.link));
      box.insertAdjacentHTML("beforeend", TOLD.links[chosen]);
    } else {
      tellNode(chosen, down, up);
    }
    status.textContent = box.querySelector("h2").textContent;
    cite();
  }

  function paint() {
    const shown = links.filter(isShown);
    const ends = new Set(shown.flatMap(function (l) { return [l.from, l.to]; }));
    const isNode = typeof chosen === "string";
    const follow = byId("follow").value;
    const down = isNode ? reached(chosen, shown, "from", "to") : new Set();
    const up = isNode ? reached(chosen, shown, "to", "from") : new Set();
    const lit = new Set();
    shown.forEach(function (l) {
      const along = (follow !== "needed_by" && down.has(l.from) && down.has(l.to)) || (follow !== "needs" && up.has(l.from) && up.has(l.to));
      if (isNode ? along : l.id === chosen) { lit.add(l.id); }
    });
    const near = new Set(isNode ? [chosen] : []);
    links.forEach(function (l) { if (lit.has(l.id)) { near.add(l.from); near.add(l.to); } });
    const isIn = function (id) { return chosen === null || near.has(id); };
    const isGone = function (id) { return hidden.kind.has(TOLD.kinds[id]) || (hidden.grade.size > 0 && !ends.has(id) && id !== TOLD.focus); };
    nodes.update(all.map(function (id) {
      return { id: id, opacity: isIn(id) ? 1 : FAINT, hidden: isGone(id),
        font: { color: isIn(id) ? TOLD.ink : "rgba(26,26,26,0.3)" } };
    }));
    nodes.update(ports.map(function (id) { return { id: id, hidden: isGone(nodeOf(id)) }; }));
    edges.update(links.map(function (l) {
      const plain = TOLD.focus === null || l.from === TOLD.focus || l.to === TOLD.focus ? 0.75 : 0.3;
      return { id: l.id, hidden: !isShown(l), color: { opacity: chosen === null ? plain : lit.has(l.id) ? 0.95 : 0.05 } };
    }));
    tell(down, up);
  }

  function choose(what) {
    chosen = what;
    network.unselectAll();
    if (typeof what === "string") { network.selectNodes([what], false); }
    paint();
  }

  network.on("click", function (event) {
    if (event.nodes.length) { choose(nodeOf(event.nodes[0])); } else { choose(event.edges.length ? Number(event.edges[0]) : null); }
  });
  byId("search").addEventListener("submit", function (event) {
    event.preventDefault();
    const wanted = byId("wanted").value.trim().toLowerCase();
    if (!wanted) { choose(null); return; }
    const found = all.find(function (id) { return TOLD.names[id].toLowerCase() === wanted; }) ||
      all.find(function (id) { return TOLD.names[id].toLowerCase().includes(wanted); });
    if (found === undefined) { choose(null); box.replaceChildren(element("p", TOLD.words.not_found)); status.textContent = TOLD.words.not_found; return; }
    const kind = document.querySelector('input[data-kind="' + TOLD.kinds[found] + '"]');
    if (!kind.checked) { kind.checked = true; hidden.kind.delete(TOLD.kinds[found]); }
    choose(found);
  });
  byId("follow").addEventListener("change", paint);
  document.querySelectorAll("input[data-kind], input[data-grade]").forEach(function (check) {
    const what = check.dataset.kind === undefined ? "grade" : "kind";
    check.addEventListener("change", function () {
      if (check.checked) { hidden[what].delete(check.dataset[what]); } else { hidden[what].add(check.dataset[what]); }
      paint();
    });
  });
  function zoom(factor) { network.moveTo({ scale: Math.max(0.2, Math.min(4, network.getScale() * factor)), animation: false }); }
  byId("show_all").addEventListener("click", function () { choose(null); fit(true); });
  byId("larger").addEventListener("click", function () { zoom(1.3); });
  byId("smaller").addEventListener("click", function () { zoom(1 / 1.3); });
  holder.addEventListener("wheel", function (event) {
    if (event.ctrlKey) { event.preventDefault(); zoom(event.deltaY < 0 ? 1.15 : 1 / 1.15); }
  }, { passive: false });
  document.addEventListener("keydown", function (event) { if (event.key === "Escape") { choose(null); } });
  let room = view.clientWidth;
  new ResizeObserver(function () { if (view.clientWidth !== room) { room = view.clientWidth; fit(false); } }).observe(view);
  paint();
  fit(false);
})();
