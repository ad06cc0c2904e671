// Starts a territory map: cells, names, accounts and homes on Leaflet. Every text of the data becomes
// a text node, text on a canvas, or an attribute set through the DOM, never markup.
"use strict";

function startTerritoryMap(map, data) {
  const byId = (id) => document.getElementById(id);
  const narrow = window.matchMedia("(max-width: 760px)").matches;
  const still = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
  if (still) Object.assign(map.options, { zoomAnimation: false, fadeAnimation: false, markerZoomAnimation: false, inertia: false });
  const renderer = L.canvas({ padding: 0.2, tolerance: 2 });
  const cells = makeCells(data);
  const place = (table, i) => L.latLng(table.y[i] / PER_DEGREE, table.x[i] / PER_DEGREE);
  const project = (at) => { const p = map.options.crs.latLngToPoint(L.latLng(at), 0); return [p.x, p.y]; };
  const worldOf = (table) => {
    const out = new Float64Array(2 * table.x.length);
    for (let i = 0; i < table.x.length; i++) {
      out[2 * i] = (table.x[i] / PER_DEGREE + 180) / 360 * 256;
      const sine = Math.sin(table.y[i] / PER_DEGREE * Math.PI / 180);
      out[2 * i + 1] = (0.5 - Math.log((1 + sine) / (1 - sine)) / (4 * Math.PI)) * 256;
    }
    return out;
  };
  const world = { accounts: worldOf(data.accounts), units: worldOf(data.units), places: worldOf(data.places), homes: worldOf(data.homes) };

  // Cards: what a tooltip or popup says.
  const territoryName = (t) => (t < 0 ? "in no territory" : data.territories[t].label);
  const repOf = (t) => (t < 0 ? "" : data.territories[t].rep);
  const todayReps = new Map([...data.territories, ...data.today].map((t) => [t.id, t.rep]));
  const named = (id, rep) => [id, rep].filter(Boolean).join(" · ");
  const word = (coded, i) => (coded.codes.length && coded.codes[i] >= 0 ? coded.words[coded.codes[i]] : "");
  function unitName(u) {
    const id = data.units.id[u], name = data.units.name[u];
    return name && name !== id ? `${name} (${id})` : id;
  }
  function rowsOf(table, i) {
    return table.columns.map(([title, kind, interval], c) => {
      const values = table.values[c];
      if (kind === "text") return [title, word(values, i) || "–"];
      if (!interval) return [title, valueText(values[i], kind, data.money)];
      const [middle, low, high] = values.map((column) => column[i]);
      const ends = low === null || high === null ? "" : ` (${valueText(low, kind, data.money)} – ${valueText(high, kind, data.money)})`;
      return [title, valueText(middle, kind, data.money) + ends];
    });
  }
  function card(title, lines, rows) {
    const node = element("div", "card");
    node.append(element("b", "", title));
    for (const line of lines) if (line) node.append(element("p", "", line));
    if (rows.length) {
      const list = element("dl");
      for (const [name, value, deviation, out] of rows) {
        list.append(element("dt", "", name), element("dd", "", value), element("dd", out ? "out" : "", deviation || ""));
      }
      node.append(list);
    }
    return node;
  }
  function layerRow(c) {
    const { layer } = layers.state, at = layer.of === "territories" ? cells.owner[c] : c;
    if (!layer.values || at < 0 || (layer.of === "units" && !cells.own)) return [];
    const known = layer.codes[at] === "?" ? "not known" : valueText(layer.values[at], layer.kind, data.money);
    return [[layer.title, known, "", false]];
  }
  function todayLine(u) {
    const t = cells.own && data.units.today.length ? data.units.today[u] : -1;
    if (t < 0) return "";
    const today = data.today[t];
    return `Today: ${named(today.id, todayReps.get(today.id))}${data.units.guessed[u] ? " (as its surroundings)" : ""}`;
  }
  function cellCard(c) {
    const t = cells.owner[c], unit = cells.own ? `Unit: ${unitName(c)}` : "";
    if (t < 0) return card(unit, ["in no territory"], layerRow(c));
    return card(territoryName(t), [repOf(t), unit, todayLine(c)], [...layerRow(c), ...data.territories[t].rows]);
  }
  function unitCard(u) {
    const t = data.units.territory[u];
    return card(unitName(u), [named(territoryName(t), repOf(t)), todayLine(u)], [...(cells.own ? layerRow(u) : []), ...rowsOf(data.units, u)]);
  }
  function accountCard(a) {
    const { accounts } = data, t = accounts.territory[a];
    const today = word(accounts.today, a), why = word(accounts.why, a);
    const stays = today && t >= 0 && today === data.territories[t].id;
    const lines = [
      accounts.id[a] === accounts.name[a] ? "" : accounts.id[a],
      today ? `Today: ${named(today, todayReps.get(today))}` : "",
      `${today ? "Plan" : "Territory"}: ${named(territoryName(t), repOf(t))}${stays ? " (stays)" : ""}`,
      why ? `Why: ${why}` : "",
      accounts.exception[a] ? "Named account, served by another territory than its unit" : "",
    ];
    const tier = data.tiers[accounts.tier[a]].name;
    return card(accounts.name[a], lines, [...(tier ? [["Tier", tier]] : []), ...rowsOf(accounts, a)]);
  }

  // The canvases: today below, the plan above it, and above both the names.
  const look = (view) => layers.look(view);
  for (const [name, index] of [["today", 210], ["plan", 220], ["names", 610]]) {
    const pane = map.createPane(name);
    pane.style.zIndex = index;
    pane.style.pointerEvents = "none";
  }
  function paintPlan(view) {
    return (context, at) => {
      if (layers.state.view === "today" ? view === "plan" : layers.state.view === "plan" && view === "today") return;
      paintCells(context, cells, at, look(view));
      if (layers.state.layer.key === "density") {
        layers.state.hexes = layers.paintHexagons(context, world.accounts, at);
        if (view === "plan") layers.legend();
      }
    };
  }
  const planCanvas = new PaintedCanvas(paintPlan("plan"), { pane: "plan", padding: 0.15 });
  const todayCanvas = new PaintedCanvas(paintPlan("today"), { pane: "today", padding: 0.15 });
  let written = [];
  const nameCanvas = new PaintedCanvas((context, at) => { written = writeNames(context, at, true); }, { pane: "names", padding: 0 });

  const unitsOf = data.territories.map(() => []);
  data.units.territory.forEach((t, u) => { if (t >= 0) unitsOf[t].push(u); });
  // Where a territory is named: at its middle, or, when that is out of view, at its unit that is nearest to
  // the middle of the view.
  function anchorOf(t, at) {
    const on = (x, y) => [x * at.scale + at.dx, y * at.scale + at.dy];
    const within = ([x, y]) => x >= 0 && y >= 0 && x <= at.width && y <= at.height;
    const territory = data.territories[t];
    if (territory.at) {
      const middle = on(...project([territory.at[1], territory.at[0]]));
      if (within(middle)) return middle;
    }
    if (territory.shape.length && !seen(cells.outlineBounds[t], at)) return null;
    let best = null, least = Infinity;
    for (const u of unitsOf[t]) {
      const p = on(world.units[2 * u], world.units[2 * u + 1]);
      const gap = Math.hypot(p[0] - at.width / 2, p[1] - at.height / 2);
      if (within(p) && gap < least) { best = p; least = gap; }
    }
    if (best || !territory.shape.length) return best;
    return spotIn(cells.outlines[t], at, 0, at.width);
  }
  // A point of a shape between two lines of the view, as near to its middle there as there is one.
  function spotIn(rings, at, left, right) {
    if (!rings.length) return null;
    const b = boundsOfRings(rings);
    const [x0, x1] = [Math.max(left, b[0] * at.scale + at.dx), Math.min(right, b[2] * at.scale + at.dx)];
    const [y0, y1] = [Math.max(0, b[1] * at.scale + at.dy), Math.min(at.height, b[3] * at.scale + at.dy)];
    if (x1 - x0 < 1 || y1 - y0 < 1) return null;
    const inside = ([x, y]) => insideRings(rings, (x - at.dx) / at.scale, (y - at.dy) / at.scale);
    let best = null, least = Infinity;
    for (let i = 1; i < 12; i++) {
      for (let j = 1; j < 12; j++) {
        const gap = Math.hypot((x1 - x0) * (i - 6), (y1 - y0) * (j - 6));
        if (gap >= least) continue;
        const p = [x0 + (x1 - x0) * i / 12, y0 + (y1 - y0) * j / 12];
        if (inside(p)) { best = p; least = gap; }
      }
    }
    if (best) return best;
    // A sliver: beside the corner of its outline that is nearest to the middle of the view.
    for (const points of rings) {
      for (let k = 0; k < points.length; k += 2) {
        const x = points[k] * at.scale + at.dx, y = points[k + 1] * at.scale + at.dy;
        if (x < left || x > right || y < 0 || y > at.height) continue;
        const gap = Math.hypot(x - at.width / 2, y - at.height / 2);
        if (gap >= least) continue;
        const p = [[3, 0], [-3, 0], [0, 3], [0, -3], [2, 2], [-2, 2], [2, -2], [-2, -2]].map(([i, j]) => [x + i, y + j]).find(inside);
        if (p && p[0] >= left && p[0] <= right && p[1] >= 0 && p[1] <= at.height) { best = p; least = gap; }
      }
    }
    if (best) return best;
    // No corner in view: what is seen of it touches the frame.
    for (let x = left + 2; x < right; x += 8) for (const y of [2, at.height - 2]) if (inside([x, y])) return [x, y];
    for (let y = 2; y < at.height; y += 8) for (const x of [left + 2, right - 2]) if (inside([x, y])) return [x, y];
    return null;
  }
  const bySize = data.territories.map((_, t) => t).sort((a, b) => data.territories[b].size - data.territories[a].size);
  function flowsShown(at) {
    if (layers.state.layer.key !== "changes") return [];
    const { chosen } = layers.state, position = new Map(data.territories.map((t, i) => [t.id, i]));
    const anchors = new Map();
    for (const t of data.territories) {
      if (t.at) { const p = project([t.at[1], t.at[0]]); anchors.set(t.id, [p[0] * at.scale + at.dx, p[1] * at.scale + at.dy]); }
    }
    data.today.forEach((t, i) => {
      if (anchors.has(t.id)) return;
      const b = boundsOfRings(cells.today[i]);
      anchors.set(t.id, [(b[0] + b[2]) / 2 * at.scale + at.dx, (b[1] + b[3]) / 2 * at.scale + at.dy]);
    });
    const most = data.flows.length ? data.flows[0][2] : 1;
    const flows = data.flows.filter(([a, b]) => anchors.has(a) && anchors.has(b) && (chosen < 0 || position.get(a) === chosen || position.get(b) === chosen));
    // Largest first: hundreds of arrows would hide the map.
    return flows.slice(0, chosen < 0 ? data.manyFlows : flows.length).map(([a, b, n]) => ({ from: anchors.get(a), to: anchors.get(b), n, most, origin: a, target: b }));
  }
  function writeNames(context, at, screen) {
    const { state } = layers, wanted = [], obstacles = [];
    const today = screen ? state.view === "today" : false, cut = screen && state.view === "both" ? state.split * at.width : 0;
    if (today || cut) {
      data.today.forEach((t, i) => {
        const p = spotIn(cells.today[i], at, 0, cut || at.width);
        if (p) wanted.push({ kind: "territory", text: brief(t.id, 28), x: p[0], y: p[1] });
      });
    }
    if (!today) {
      for (const t of state.chosen >= 0 ? [state.chosen, ...bySize.filter((t) => t !== state.chosen)] : bySize) {
        const p = cut ? spotIn(cells.outlines[t], at, cut, at.width) : anchorOf(t, at);
        if (p) wanted.push({ kind: t === state.chosen ? "chosen" : "territory", text: brief(data.territories[t].label, 28), x: p[0], y: p[1], t });
      }
    }
    const n = wanted.length;
    for (const label of wanted) label.must = true;
    const flows = flowsShown(at);
    for (const flow of flows.slice(0, 60)) {
      const [x, y] = flowCurve(flow.from, flow.to).crown;
      wanted.push({ kind: "flow", text: withCommas(flow.n, 0), x, y });
    }
    if (state.overlays.has("places")) {
      const detail = at.scale / (startScale || at.scale);
      data.places.name.forEach((name, i) => {
        const kind = ["city", "county", "state"][data.places.kind[i]];
        if ((kind === "county" && detail < 2.5) || (kind === "state" && detail > 4)) return;
        const x = world.places[2 * i] * at.scale + at.dx, y = world.places[2 * i + 1] * at.scale + at.dy;
        if (x < 0 || y < 0 || x > at.width || y > at.height) return;
        wanted.push({ kind, text: name, x, y, rank: kind === "state" ? 0 : kind === "city" ? 1 : 2 });
      });
    }
    const order = { chosen: 0, territory: 1, flow: 2, state: 3, city: 4, county: 5 };
    wanted.sort((a, b) => order[a.kind] - order[b.kind]);
    let room = detailLimit(at), others = 0;
    const kept = wanted.filter((label) => ["city", "county"].includes(label.kind) ? others++ < room * 6 : true);
    if (screen && state.overlays.has("homes") && !map.getContainer().classList.contains("far")) {
      const half = houseSize / 2;
      for (let h = 0; h < data.homes.id.length; h++) {
        const x = world.homes[2 * h] * at.scale + at.dx, y = world.homes[2 * h + 1] * at.scale + at.dy;
        obstacles.push([x - half, y - half, x + half, y + half]);
      }
    }
    const panels = screen ? panelBoxes() : [], must = kept.filter((l) => l.must).length;
    // Every territory is named: the more of them share a view, the smaller; below panels only as a last resort.
    const sizes = Object.keys(AROUND), crowd = n / (at.width * at.height) * 1e6;
    let placed = [];
    search: for (const size of sizes.slice(crowd > 250 ? 2 : crowd > 120 ? 1 : 0)) {
      for (const free of [[...panels, ...obstacles], panels, ...(size === "dense" ? [[]] : [])]) {
        placed = placeLabels(context, kept, free, at, size);
        if (placed.filter((l) => l.must).length === must) break search;
      }
    }
    let cities = 0;
    placed = placed.filter((label) => ["city", "county"].includes(label.kind) ? cities++ < room : true);
    paintFlows(context, flows);
    paintLabels(context, placed);
    return placed;
  }
  // What lies upon the map: no name is written where it would be covered.
  function panelBoxes() {
    const { left, top } = map.getContainer().getBoundingClientRect();
    return [...map.getContainer().querySelectorAll(".leaflet-control")].map((node) => node.getBoundingClientRect())
      .filter((b) => b.width).map((b) => [b.left - left - 3, b.top - top - 3, b.right - left + 3, b.bottom - top + 3]);
  }
  const detailLimit = (at) => Math.round(at.width * at.height / 16000);

  const layers = startLayers({
    data, cells,
    changed(what, name) {
      if (what === "overlay" && name === "accounts") toggle(groups.accounts, layers.state.overlays.has("accounts"));
      if (what === "overlay" && name === "homes") toggle(groups.homes, layers.state.overlays.has("homes"));
      if (what === "view") slide();
      if (what === "layer") drawAccounts();
      repaint();
    },
  });
  function repaint() {
    for (const canvas of [todayCanvas, planCanvas, nameCanvas]) canvas.repaint();
  }
  function toggle(group, on) {
    if (on) map.addLayer(group);
    else map.removeLayer(group);
  }

  // Accounts: circles on one canvas, a group for each tier. Where there are very many, only those in
  // view are drawn, the best tiers first, as far as they do not cover the map.
  const groups = { accounts: L.layerGroup(), homes: L.layerGroup() };
  const crowded = data.accounts.id.length > data.crowd;
  const tierGroups = data.tiers.map(() => L.featureGroup());
  const hiddenTiers = new Set(), circles = [];
  const upwards = data.tiers.map((_, tier) => tier).reverse();
  let factor = 1, overAccount = false;
  function circle(a) {
    if (!circles[a]) {
      const tier = data.tiers[data.accounts.tier[a]], exception = data.accounts.exception[a];
      circles[a] = L.circleMarker(place(data.accounts, a), {
        renderer, radius: tier.radius * factor, fillColor: tier.fill, fillOpacity: 1,
        color: exception ? "#B3261E" : tier.stroke, weight: exception ? 2 : tier.weight, bubblingMouseEvents: false,
      });
      circles[a].index = a;
    }
    return circles[a];
  }
  for (const tier of upwards) {
    tierGroups[tier].bindTooltip((marker) => accountCard(marker.index), { opacity: 1, className: "tip" });
    tierGroups[tier].on("mouseover", () => { overAccount = true; hideTip(); }).on("mouseout", () => { overAccount = false; });
    tierGroups[tier].on("click", (event) => visit.account(event.layer.index));
    groups.accounts.addLayer(tierGroups[tier]);
  }
  // Accounts that change territory are hatched like their units where changes are shown.
  const leaves = (a) => {
    const code = data.accounts.today.codes[a], t = data.accounts.territory[a];
    return code !== undefined && code >= 0 && (t < 0 || data.accounts.today.words[code] !== data.territories[t].id);
  };
  const hatches = new Map();
  function lookOf(a, changes) {
    const tier = data.tiers[data.accounts.tier[a]];
    if (!changes || !leaves(a)) return tier.fill;
    if (!hatches.has(tier.fill)) hatches.set(tier.fill, hatch(document.createElement("canvas").getContext("2d"), "#101922", 4, "#FFFFFF"));
    return hatches.get(tier.fill);
  }
  function drawAccounts() {
    const { x, y, tier } = data.accounts, { layer } = layers.state;
    const view = map.getBounds().pad(0.2);
    const [west, east, south, north] = [view.getWest(), view.getEast(), view.getSouth(), view.getNorth()].map((v) => v * PER_DEGREE);
    const found = data.tiers.map(() => []);
    if (layer.key !== "density") {
      for (let a = 0; a < x.length; a++) {
        if (!crowded || (x[a] >= west && x[a] <= east && y[a] >= south && y[a] <= north)) found[tier[a]].push(a);
      }
    }
    let room = crowded ? data.crowd : Infinity;
    found.forEach((members, t) => {
      if (hiddenTiers.has(t) || (layer.key === "top-tier" && data.tiers[t].name !== data.topTier)) members.length = 0;
      if (members.length > room) members.length = room = 0;
      room -= members.length;
    });
    const faded = layer.codes !== undefined && layer.key !== "top-tier" ? 0.62 : 1;
    for (const t of upwards) {
      tierGroups[t].clearLayers();
      for (const a of found[t]) {
        const mark = circle(a);
        mark.options.fillColor = lookOf(a, layer.key === "changes");
        tierGroups[t].addLayer(mark.setRadius(data.tiers[t].radius * factor * faded));
      }
    }
  }

  // Homes: a house each, above everything; a diamond where the plan itself located the center.
  const houseSize = narrow || data.homes.id.length > 60 ? 14 : 18;
  const drawing = (path) => `<svg viewBox="0 0 18 18" aria-hidden="true"><path d="${path}" fill="#FFFFFF" stroke="#16212E" stroke-width="1.6" stroke-linejoin="round"/></svg>`;
  const house = drawing("M9 1.8 1.8 8.2h2V15.6h10.4V8.2h2z"), diamond = drawing("M9 2.5 15.5 9 9 15.5 2.5 9z");
  const homes = data.homes.id.map((id, h) => {
    const icon = L.divIcon({ className: "home", html: data.homes.located[h] ? diamond : house, iconSize: [houseSize, houseSize] });
    const marker = L.marker(place(data.homes, h), { icon, riseOnHover: true, keyboard: false });
    const lines = [`${data.homes.located[h] ? "Center, located by the plan" : "Home"} · ${territoryName(data.homes.territory[h])}`];
    marker.bindTooltip(() => card(data.homes.name[h] || id, lines, []), { opacity: 1, className: "tip", offset: [12, 0] });
    marker.on("mouseover", () => { overAccount = true; hideTip(); }).on("mouseout", () => { overAccount = false; });
    groups.homes.addLayer(marker);
    return marker;
  });

  // The pointer: a card for the cell below it; a click chooses the territory.
  const tip = L.tooltip({ opacity: 1, className: "tip", direction: "auto", offset: [14, 0] });
  let under = -1;
  function hideTip() { under = -1; tip.remove(); }
  function cellAt(latlng) { return cells.at(...project(latlng)); }
  map.on("mousemove", (event) => {
    if (overAccount || narrow) return;
    const c = cellAt(event.latlng);
    if (c < 0) return hideTip();
    tip.setLatLng(event.latlng);
    if (c !== under) { under = c; tip.setContent(cellCard(c)); }
    if (!map.hasLayer(tip)) tip.addTo(map);
  });
  map.on("mouseout movestart", hideTip);
  map.on("click", (event) => {
    const c = cellAt(event.latlng), t = c < 0 ? -1 : cells.owner[c];
    select(t === layers.state.chosen ? -1 : t);
    if (narrow && c >= 0) L.popup({ className: "tip", maxWidth: 260 }).setLatLng(event.latlng).setContent(cellCard(c)).openOn(map);
  });
  function select(t) {
    layers.state.chosen = t;
    panelChoose(t);
    repaint();
  }

  // The slider between today and the plan.
  const slider = byId("slider");
  function slide() {
    const on = layers.state.view === "both";
    slider.hidden = !on;
    const size = map.getSize(), x = layers.state.split * size.x;
    slider.style.left = `${x}px`;
    slider.setAttribute("aria-valuenow", String(Math.round(layers.state.split * 100)));
    const a = map.containerPointToLayerPoint([0, 0]), b = map.containerPointToLayerPoint(size), m = a.x + x;
    const cut = (left, right) => (on ? `polygon(${left}px ${a.y}px, ${right}px ${a.y}px, ${right}px ${b.y}px, ${left}px ${b.y}px)` : "");
    map.getPane("today").style.clipPath = cut(a.x, m);
    map.getPane("plan").style.clipPath = cut(m, b.x);
  }
  map.on("move zoom resize", slide);
  map.getContainer().append(slider);
  L.DomEvent.disableClickPropagation(slider);
  slider.addEventListener("pointerdown", (event) => {
    slider.setPointerCapture(event.pointerId);
    slider.onpointermove = (move) => {
      const box = map.getContainer().getBoundingClientRect();
      layers.state.split = Math.min(0.98, Math.max(0.02, (move.clientX - box.left) / box.width));
      slide();
      nameCanvas.repaint();
    };
  });
  slider.addEventListener("pointerup", () => { slider.onpointermove = null; });
  slider.addEventListener("keydown", (event) => {
    const step = { ArrowLeft: -0.05, ArrowRight: 0.05 }[event.key];
    if (!step) return;
    event.preventDefault();
    event.stopPropagation();
    layers.state.split = Math.min(0.98, Math.max(0.02, layers.state.split + step));
    slide();
    nameCanvas.repaint();
  });

  const legendBox = byId("legend");
  const legend = L.control({ position: "bottomright" });
  legend.onAdd = () => {
    legendBox.hidden = false;
    L.DomEvent.disableClickPropagation(legendBox).disableScrollPropagation(legendBox);
    return legendBox;
  };
  legend.addTo(map);
  map.invalidateSize({ animate: false });
  layers.legend();
  const small = map.getSize().x < 700;
  if (small) legendBox.querySelector("details").open = false;
  legendBox.querySelector("details").addEventListener("toggle", () => repaint());

  const extent = L.latLngBounds(data.bounds);
  // Room for the legend beside the map or below it, whichever shows the map larger.
  const room = map.getSize();
  const around = (right, below) => ({ paddingTopLeft: [small ? 8 : 44, small ? 8 : 16], paddingBottomRight: [right, below] });
  const padding = (small ? [around(8, 40)]
    : [around(Math.min(legendBox.offsetWidth + 16, room.x * 0.36), 16), around(16, Math.min(legendBox.offsetHeight + 24, room.y * 0.5))])
    .map((each) => [map.getBoundsZoom(extent, false, L.point(each.paddingTopLeft).add(each.paddingBottomRight)), each])
    .sort((a, b) => b[0] - a[0])[0][1];
  map.fitBounds(extent, { animate: false, ...padding });
  const startZoom = map.getZoom(), startScale = map.getZoomScale(startZoom, 0);
  map.setMinZoom(Math.min(startZoom, map.getMinZoom()) - 1);
  for (const canvas of [todayCanvas, planCanvas, nameCanvas]) canvas.addTo(map);

  // Dense areas, one press away.
  const areas = byId("areas");
  areas.hidden = !data.areas.length;
  for (const { name, bounds, n } of data.areas) {
    const button = element("button", "", name);
    button.type = "button";
    button.append(element("small", "", String(n)));
    button.addEventListener("click", () => map.fitBounds([[bounds[1], bounds[0]], [bounds[3], bounds[2]]], { animate: false, ...padding }));
    areas.append(button);
  }
  const whole = element("button", "", "Whole map");
  whole.type = "button";
  whole.addEventListener("click", () => { select(-1); map.fitBounds(extent, { animate: false, ...padding }); });
  areas.append(whole);

  function resize() {
    const near = Math.max(0, map.getZoom() - startZoom);
    const wanted = Math.min(1.35, (crowded || small ? 0.45 : 0.6) + 0.15 * near);
    map.getContainer().classList.toggle("far", homes.length > 60 && near < 1.5);
    if (Math.abs(wanted - factor) < 0.05) return;
    factor = wanted;
    if (!crowded) drawAccounts();
  }
  map.on("zoomend", resize);
  map.on("moveend", () => { if (crowded) drawAccounts(); });

  function showTier(tier, visible) {
    if (visible) hiddenTiers.delete(tier);
    else hiddenTiers.add(tier);
    const button = legendBox.querySelector(`.tier[data-tier="${tier}"]`);
    if (button) button.setAttribute("aria-pressed", String(visible));
    drawAccounts();
  }

  let mark = null;
  function highlight(layer, at, content) {
    if (mark) mark.remove();
    mark = layer.addTo(map);
    if (content) {
      L.popup({ className: "tip", maxWidth: 300, offset: [0, -6] }).setLatLng(at).setContent(content).openOn(map).on("remove", () => layer.remove());
    }
  }
  const ringStyle = { color: "#B3261E", weight: 3, fill: false, interactive: false, renderer };
  const latLngOf = (x, y) => map.options.crs.pointToLatLng(L.point(x, y), 0);
  const boxOf = ([a, b, c, d]) => L.latLngBounds(latLngOf(a, d), latLngOf(c, b));
  function group(indices, title, kind) {
    const bounds = L.latLngBounds(indices.map((a) => place(data.accounts, a)));
    const rings = L.featureGroup(indices.map((a) => L.circleMarker(place(data.accounts, a), { ...ringStyle, radius: 10 })));
    const by = new Map();
    for (const a of indices) by.set(data.accounts.territory[a], (by.get(data.accounts.territory[a]) || 0) + 1);
    const rows = [...by].sort((a, b) => b[1] - a[1]).map(([t, n]) => [named(territoryName(t), repOf(t)), counted(n, "account")]);
    map.fitBounds(bounds, { animate: false, maxZoom: 11, ...padding });
    highlight(rings, bounds.getCenter(), card(title, [`${kind}: ${counted(indices.length, "account")} of ${counted(by.size, "territory", "territories")}`], rows));
  }
  const visit = {
    territory(t) {
      if (mark) mark.remove();
      map.closePopup();
      const bounds = cells.outlines[t].length ? boxOf(cells.outlineBounds[t]) : L.latLngBounds([]);
      if (!bounds.isValid()) data.accounts.territory.forEach((owner, a) => { if (owner === t) bounds.extend(place(data.accounts, a)); });
      if (bounds.isValid()) map.fitBounds(bounds, { animate: false, maxZoom: 12, ...padding });
      select(t);
    },
    unit(u) { visit.units([u]); },
    units(list, title) {
      const drawn = list.filter((u) => cells.own && cells.shapes[u].length);
      const at = place(data.units, list[0]);
      const bounds = L.latLngBounds(list.map((u) => place(data.units, u)));
      for (const u of drawn) bounds.extend(boxOf(cells.bounds[u]));
      const rings = drawn.flatMap((u) => cells.shapes[u].map((points) => Array.from({ length: points.length / 2 }, (_, i) => latLngOf(points[2 * i], points[2 * i + 1]))));
      const layer = rings.length ? L.polygon(rings, ringStyle) : L.circleMarker(at, { ...ringStyle, radius: 14 });
      if (drawn.length) map.fitBounds(bounds, { animate: false, maxZoom: 11, ...padding });
      else map.setView(at, Math.max(map.getZoom(), startZoom + 4), { animate: false });
      const by = new Map();
      for (const u of list) by.set(data.units.territory[u], (by.get(data.units.territory[u]) || 0) + 1);
      const rows = [...by].map(([t, n]) => [named(territoryName(t), repOf(t)), counted(n, "unit")]);
      highlight(layer, at, list.length === 1 ? unitCard(list[0]) : card(title, [`split into ${counted(list.length, "unit")}`], rows));
    },
    point(at, title, lines) {
      map.setView(at, Math.max(map.getZoom(), startZoom + 3), { animate: false });
      const c = cellAt(at), t = c < 0 ? -1 : cells.owner[c];
      highlight(L.circleMarker(at, { ...ringStyle, radius: 14 }), at,
        card(title, [...lines, named(territoryName(t), repOf(t)), c >= 0 && cells.own ? `Unit: ${unitName(c)}` : ""], []));
    },
    account(a) {
      const at = place(data.accounts, a);
      map.setView(at, Math.max(map.getZoom(), startZoom + 4), { animate: false });
      map.addLayer(groups.accounts);
      if (hiddenTiers.has(data.accounts.tier[a])) showTier(data.accounts.tier[a], true);
      highlight(L.circleMarker(at, { ...ringStyle, radius: 13 }), at, accountCard(a));
    },
    group,
  };

  const { choose: panelChoose, fold } = startPanel({ visit, showTier });
  const search = startSearch({ data, visit, fold, unitName, territoryName, place, word });
  toggle(groups.accounts, true);
  toggle(groups.homes, true);
  resize();
  drawAccounts();
  layers.legend();
  repaint();

  // Paper: the whole map, drawn anew at a fixed size, whatever the window shows.
  const paper = byId("paper");
  function printMap() {
    const ratio = 2, width = 1000;
    let [west, north, east, south] = [...project([data.bounds[1][0], data.bounds[0][1]]), ...project([data.bounds[0][0], data.bounds[1][1]])];
    const scale = (width - 40) / Math.max(east - west, (south - north) * 1.25);
    const height = Math.round((south - north) * scale + 40);
    const at = { scale, dx: (width - (east - west) * scale) / 2 - west * scale, dy: 20 - north * scale, width, height };
    paper.width = width * ratio;
    paper.height = height * ratio;
    const context = paper.getContext("2d"), { chosen } = layers.state;
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    layers.state.chosen = -1;
    paintCells(context, cells, at, look(layers.state.view === "today" ? "today" : "plan"));
    const hexes = layers.state.layer.key === "density" ? layers.paintHexagons(context, world.accounts, at) : null;
    const names = writeNames(context, at, false), words = byId("paper-legend");
    layers.legend(words, hexes);
    if (data.today.length) words.querySelector("h2").append(layers.state.view === "today" ? ": today" : ": the plan");
    layers.state.chosen = chosen;
    return names;
  }
  window.addEventListener("beforeprint", printMap);
  window.territoryMap = {
    map, groups, data, cells, layers, homes, tierGroups, search, visit, select, repaint, printMap, cellAt,
    canvases: { plan: planCanvas, today: todayCanvas, names: nameCanvas },
    get written() { return written; },
    get chosen() { return layers.state.chosen; },
  };
}
