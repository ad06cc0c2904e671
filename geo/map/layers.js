// The layers that colour the map, their legend, and the switch between today and the plan.
"use strict";

function startLayers({ data, cells, changed }) {
  const byId = (id) => document.getElementById(id);
  const hasToday = data.today.length > 0;
  const moved = new Set();
  data.units.today.forEach((before, u) => {
    const t = data.units.territory[u];
    if (before >= 0 && !data.units.guessed[u] && (t < 0 || data.today[before].id !== data.territories[t].id)) moved.add(u);
  });
  const builtIn = [{ key: "territories", title: "Territories", group: "Plan", note: "A territory keeps its colour from plan to plan." }];
  if (hasToday) builtIn.push({ key: "changes", title: "Changes since today", group: "Plan", note: "Hatched units and accounts change territory; arrows count the accounts that go with them." });
  const density = { key: "density", title: "Account density", group: "Market", note: "Accounts in each hexagon; the hexagons follow the zoom." };
  const layers = [...builtIn, ...data.layers, ...(data.accounts.id.length ? [density] : [])];
  const state = { layer: layers[0], view: "plan", overlays: new Set(Object.keys(data.overlays)), split: 0.5, chosen: -1, hexes: null };
  if (data.units.shape.length > 20000) state.overlays.delete("units");

  const pale = (colour) => {
    const part = (i) => Math.round(parseInt(colour.slice(i, i + 2), 16) * 0.42 + 255 * 0.58);
    return `rgb(${part(1)},${part(3)},${part(5)})`;
  };
  const fills = data.territories.map((t) => t.fill), paleFills = fills.map(pale);
  const before = data.today.map((t) => t.fill), paleBefore = before.map(pale);
  const EMPTY = "#FFFFFF";

  function colourOf(view) {
    const { layer } = state, own = cells.owner;
    const territory = (c, strong) => (own[c] < 0 ? EMPTY : (strong ? fills : paleFills)[own[c]]);
    if (layer.codes !== undefined) {
      const code = layer.of === "units"
        ? (cells.own ? (c) => layer.codes[c] : () => ".")
        : (c) => (own[c] < 0 ? "." : layer.codes[own[c]]);
      return (c) => { const k = code(c); return k === "?" ? "?" : k === "." ? EMPTY : layer.colours[Number(k)]; };
    }
    const strong = layer.key === "territories";
    if (view === "today" && hasToday && cells.own) {
      return (c) => {
        const t = data.units.today[c];
        return t < 0 ? EMPTY : (strong && !data.units.guessed[c] ? before : paleBefore)[t];
      };
    }
    return (c) => territory(c, strong);
  }

  const look = (view) => ({
    colourOf: colourOf(view),
    hatchOf: state.layer.key === "changes" && cells.own ? (c) => moved.has(c) : null,
    outlines: view === "today" ? cells.today : cells.outlines,
    chosen: view === "today" ? -1 : state.chosen,
    borders: state.overlays.has("units"),
    levels: view === "today" ? [] : [...state.overlays],
    opacity: data.fillOpacity,
  });

  // The legend of the layer: every class with its colour and how many are in it.
  const box = byId("layer-legend");
  function row(colour, label, count) {
    const item = element("li");
    const swatch = element("i", colour === "?" ? "swatch swatch-unknown" : colour === "hatch" ? "swatch swatch-moved" : "swatch");
    if (colour !== "?" && colour !== "hatch") swatch.style.background = colour;
    item.append(swatch, element("span", "", label), element("small", "", count));
    return item;
  }
  function legend(into = box, hexes = state.hexes) {
    const { layer } = state;
    into.replaceChildren(element("h2", "", layer.title));
    const list = element("ul");
    const what = layer.of === "territories" ? "territory" : "unit";
    if (layer.codes !== undefined) {
      layer.labels.forEach((label, k) => list.append(row(layer.colours[k], label, withCommas(layer.counts[k], 0))));
      const n = (code) => layer.codes.split(code).length - 1;
      if (n("?")) list.append(row("?", "not known", withCommas(n("?"), 0)));
      if (n(".")) list.append(row(EMPTY, "no accounts", withCommas(n("."), 0)));
      into.append(list, element("p", "", `${layer.note} ${what === "unit" ? "Units" : "Territories"} in each class.`.trim()));
    } else if (layer.key === "changes") {
      const n = data.flows.reduce((sum, flow) => sum + flow[2], 0);
      list.append(row("hatch", "Unit that changes territory", withCommas(moved.size, 0)));
      list.append(row("hatch", "Account that changes territory", withCommas(n, 0)));
      list.append(row("#7A1F5C", "Arrow: accounts that change territory", withCommas(n, 0)));
      const most = data.manyFlows < data.flows.length ? ` The ${data.manyFlows} largest of ${withCommas(data.flows.length, 0)} arrows are drawn; choose a territory to see all of its own.` : "";
      into.append(list, element("p", "", layer.note + most));
    } else if (layer.key === "density") {
      (hexes ? hexes.classes : []).forEach(([colour, label, count]) => list.append(row(colour, label, withCommas(count, 0))));
      into.append(list, element("p", "", `${counted(data.accounts.id.length, "account")} in all. ${layer.note}`));
    } else {
      const n = state.view === "today" && hasToday ? data.today.length : data.territories.length;
      into.append(element("p", "", `${counted(n, "territory", "territories")}. ${layer.note}`));
      if (state.view !== "plan" && data.units.guessed.some(Boolean)) {
        into.append(element("p", "", "Paler: a unit without accounts, drawn as its surroundings are today."));
      }
    }
  }

  // The list of layers, as radio buttons in groups.
  const chooser = byId("layer-list"), current = byId("layer-current");
  const groups = new Map();
  for (const layer of layers) {
    if (!groups.has(layer.group)) {
      const group = element("fieldset");
      group.append(element("legend", "", layer.group));
      groups.set(layer.group, group);
      chooser.append(group);
    }
    const label = element("label"), radio = element("input");
    radio.type = "radio";
    radio.name = "layer";
    radio.value = layer.key;
    radio.checked = layer === state.layer;
    radio.addEventListener("change", () => choose(layer.key));
    label.append(radio, element("span", "", layer.title));
    groups.get(layer.group).append(label);
  }
  const overlayBox = element("fieldset");
  overlayBox.append(element("legend", "", "Also show"));
  for (const [name, title] of Object.entries(data.overlays)) {
    const label = element("label"), check = element("input");
    check.type = "checkbox";
    check.name = name;
    check.checked = state.overlays.has(name);
    check.addEventListener("change", () => {
      if (check.checked) state.overlays.add(name);
      else state.overlays.delete(name);
      changed("overlay", name);
    });
    label.append(check, element("span", "", title));
    overlayBox.append(label);
  }
  chooser.append(overlayBox);
  if (data.absent.length) {
    const absent = element("div", "absent");
    absent.append(element("b", "", "Not shown"));
    for (const [title, why] of data.absent) absent.append(element("p", "", `${title}: ${why}`));
    chooser.append(absent);
  }

  function choose(key) {
    const found = layers.find((layer) => layer.key === key);
    if (!found) return false;
    state.layer = found;
    current.textContent = found.title;
    for (const radio of chooser.querySelectorAll("input[type=radio]")) radio.checked = radio.value === key;
    legend();
    changed("layer", key);
    return true;
  }

  const views = byId("views");
  views.hidden = !hasToday || !cells.own;
  function view(name) {
    state.view = name;
    for (const button of views.querySelectorAll("button")) button.setAttribute("aria-pressed", String(button.dataset.view === name));
    legend();
    changed("view", name);
  }
  for (const button of views.querySelectorAll("button")) button.addEventListener("click", () => view(button.dataset.view));

  // Hexagons of equal size on the screen; five classes by their counts.
  const RAMP = ["#DEEBF7", "#ABCFE6", "#6BAED6", "#3182BD", "#08519C"];
  function hexagons(world, place) {
    const radius = 15, step = Math.sqrt(3) * radius, counts = new Map();
    for (let i = 0; i < world.length; i += 2) {
      // anchored to the world, so that panning does not reshuffle them
      const x = world[i] * place.scale, y = world[i + 1] * place.scale;
      const px = x + place.dx, py = y + place.dy;
      if (px < -30 || py < -30 || px > place.width + 30 || py > place.height + 30) continue;
      let j = Math.round(y / (1.5 * radius)), k = Math.round(x / step - (j & 1) / 2);
      const off = (y / (1.5 * radius) - j) * 1.5;
      if (Math.abs(off) > 0.5) {
        const other = j + Math.sign(off), there = Math.round(x / step - (other & 1) / 2);
        const gap = (jj, kk) => Math.hypot(x - (kk + (jj & 1) / 2) * step, y - jj * 1.5 * radius);
        if (gap(other, there) < gap(j, k)) { j = other; k = there; }
      }
      const key = `${j},${k}`;
      counts.set(key, (counts.get(key) || 0) + 1);
    }
    const sizes = [...counts.values()].sort((a, b) => a - b), most = sizes[sizes.length - 1] || 1;
    const limits = [...new Set([1, 2, 3, 4].map((q) => Math.ceil(most ** (q / 5))))].filter((limit) => limit > 1 && limit <= most);
    const classOf = (n) => limits.filter((limit) => n >= limit).length;
    const edges = [1, ...limits];
    const classes = edges.map((low, k) => {
      const high = k + 1 < edges.length ? edges[k + 1] - 1 : most;
      const colour = RAMP[Math.round(k * 4 / Math.max(edges.length - 1, 1))];
      return [colour, low === high ? String(low) : `${low} – ${high}`, sizes.filter((n) => n >= low && n <= high).length];
    });
    const drawn = [...counts].map(([key, n]) => {
      const [j, k] = key.split(",").map(Number);
      return [(k + (j & 1) / 2) * step + place.dx, j * 1.5 * radius + place.dy, classes[classOf(n)][0], n];
    });
    return { radius, drawn, classes };
  }
  function paintHexagons(context, world, place) {
    const found = hexagons(world, place);
    for (const [x, y, colour] of found.drawn) {
      context.beginPath();
      for (let k = 0; k < 6; k++) {
        const angle = Math.PI / 6 + k * Math.PI / 3;
        context.lineTo(x + found.radius * Math.cos(angle), y + found.radius * Math.sin(angle));
      }
      context.closePath();
      context.globalAlpha = 0.88;
      context.fillStyle = colour;
      context.fill();
      context.globalAlpha = 1;
      context.strokeStyle = "#FFFFFF";
      context.lineWidth = 1;
      context.stroke();
    }
    return found;
  }
  return { state, layers, moved, look, legend, choose, view, paintHexagons };
}
