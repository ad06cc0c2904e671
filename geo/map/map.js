// Draws the layers of a territory map with Leaflet. Every text of the data becomes a text node or an
// attribute set through the DOM, never markup.
"use strict";

function startTerritoryMap(map, groups, control, data) {
  const PER_DEGREE = 1e5;
  const INK = "#22303F";
  const renderer = L.canvas({ padding: 0.4, tolerance: 2 });
  const narrow = window.matchMedia("(max-width: 760px)").matches;

  function element(tag, className, text) {
    const node = document.createElement(tag);
    if (className) node.className = className;
    if (text !== undefined && text !== null) node.textContent = text;
    return node;
  }

  function ring(steps) {
    const points = [];
    let x = 0, y = 0;
    for (let i = 0; i < steps.length; i += 2) {
      x += steps[i];
      y += steps[i + 1];
      points.push(L.latLng(y / PER_DEGREE, x / PER_DEGREE));
    }
    return points;
  }

  const unpack = (polygons) => polygons.map((rings) => rings.map(ring));
  const place = (table, i) => L.latLng(table.y[i] / PER_DEGREE, table.x[i] / PER_DEGREE);

  // What a tooltip or popup says: a title, lines below it, then rows of name, value, deviation.
  function card(title, lines, rows) {
    const node = element("div", "card");
    node.append(element("b", "", title));
    for (const line of lines) if (line) node.append(element("p", "", line));
    if (rows.length) {
      const list = element("dl");
      for (const [name, value, deviation, out] of rows) {
        list.append(element("dt", "", name), element("dd", "", value));
        list.append(element("dd", out ? "out" : "", deviation || ""));
      }
      node.append(list);
    }
    return node;
  }

  function territoryCard(t, unit) {
    const { label, rep, rows } = data.territories[t];
    const where = unit < 0 ? "" : `Unit: ${unitName(unit)}`;
    return card(label, [rep, where], rows);
  }

  function unitName(u) {
    const id = data.units.id[u], name = data.units.name[u];
    return name && name !== id ? `${name} (${id})` : id;
  }

  const territoryName = (t) => (t < 0 ? "in no territory" : data.territories[t].label);

  function repOf(t) {
    return t < 0 ? "" : data.territories[t].rep;
  }

  function unitCard(u) {
    const t = data.units.territory[u];
    const rows = data.units.columns.map((name, c) => [name, data.units.values[c][u]]);
    return card(unitName(u), [[territoryName(t), repOf(t)].filter(Boolean).join(" · ")], rows);
  }

  function accountCard(a) {
    const accounts = data.accounts;
    const t = accounts.territory[a];
    const lines = [
      accounts.id[a] === accounts.name[a] ? "" : accounts.id[a],
      [territoryName(t), repOf(t)].filter(Boolean).join(" · "),
      accounts.exception[a] ? "Named account, served by another territory than its unit" : "",
    ];
    const rows = accounts.columns.map((name, c) => [name, accounts.values[c][a]]);
    const tier = data.tiers[accounts.tier[a]].name;
    return card(accounts.name[a], lines, tier ? [["Tier", tier], ...rows] : rows);
  }

  // Territories: a fill that answers the pointer, and above the unit borders a strong outline.
  const fills = [], outlines = [], names = [];
  const tip = { sticky: true, opacity: 1, className: "tip", direction: "auto", offset: [12, 0] };
  data.territories.forEach((territory, t) => {
    const shape = unpack(territory.shape);
    const fill = L.polygon(shape, {
      renderer, stroke: false, fillColor: territory.fill, fillOpacity: data.fillOpacity,
      smoothFactor: 0.3,
    });
    const outline = L.polygon(shape, {
      renderer, fill: false, color: INK, weight: 2, opacity: 0.9, interactive: false,
      smoothFactor: 0.3,
    });
    fill.bindTooltip(() => territoryCard(t, -1), tip);
    let shown = -1;
    fill.on("mouseover", () => { shown = -1; outline.setStyle({ weight: 4 }).bringToFront(); restackAccounts(); });
    fill.on("mouseout", () => outline.setStyle({ weight: 2 }));
    fill.on("mousemove", (event) => {
      const unit = unitAt(t, event.latlng);
      if (unit !== shown) fill.setTooltipContent(territoryCard(t, (shown = unit)));
    });
    fill.on("click", () => panelChoose(t));
    fills.push(fill);
    outlines.push(outline);
    groups.territories.addLayer(fill).addLayer(outline);
    const icon = L.divIcon({ className: "", iconSize: [0, 0], html: element("div", "name", territory.label) });
    const at = territory.at ? L.latLng(territory.at[1], territory.at[0]) : L.latLng(0, 0);
    const name = L.marker(at, { icon, interactive: false, keyboard: false, pane: "names" });
    names.push(name);
  });

  // Unit borders: one layer for all of them, so that thousands stay quick.
  const unitShapes = data.units.shape.map(unpack);
  const rings = unitShapes.flat(2).map((points) => points.concat([points[0]]));
  const borders = L.polyline(rings, {
    renderer, color: INK, weight: 0.7, opacity: 0.35, interactive: false, smoothFactor: 0.3,
  });
  if (rings.length) groups.units.addLayer(borders);

  // Districts and regions: a light line under a dark one; dashed for districts, strong for regions.
  const levels = [];
  for (const [name, weight] of [["districts", 3], ["regions", 4.5]]) {
    for (const group of data.levels[name] || []) {
      const shape = unpack(group);
      const line = { renderer, fill: false, interactive: false, smoothFactor: 0.3 };
      const pair = [
        L.polygon(shape, { ...line, color: "#FFFFFF", weight: weight + 3, opacity: 0.9 }),
        L.polygon(shape, {
          ...line, color: INK, weight, opacity: 1, dashArray: name === "districts" ? "9 5" : null,
        }),
      ];
      for (const part of pair) groups[name].addLayer(part);
      levels.push(...pair);
    }
  }

  const unitsOf = data.territories.map(() => []);
  unitShapes.forEach((shape, u) => {
    const t = data.units.territory[u];
    if (t >= 0 && shape.length) unitsOf[t].push([u, L.latLngBounds(shape.flat(2)), shape]);
  });

  function inRing(points, lat, lng) {
    let inside = false;
    for (let i = 0, j = points.length - 1; i < points.length; j = i++) {
      const a = points[i], b = points[j];
      if (a.lat > lat !== b.lat > lat &&
          lng < ((b.lng - a.lng) * (lat - a.lat)) / (b.lat - a.lat) + a.lng) inside = !inside;
    }
    return inside;
  }

  function unitAt(t, { lat, lng }) {
    for (const [u, bounds, shape] of unitsOf[t]) {
      if (!bounds.contains([lat, lng])) continue;
      let crossings = false;
      for (const points of shape.flat()) if (inRing(points, lat, lng)) crossings = !crossings;
      if (crossings) return u;
    }
    return -1;
  }

  // Accounts: circles on the same canvas, one group for each tier. Where there are very many, only
  // those in view are drawn, the best tiers first, as far as they do not cover the map.
  const crowded = data.accounts.id.length > data.crowd;
  const tierGroups = data.tiers.map(() => L.featureGroup());
  const hiddenTiers = new Set();
  const circles = [];
  let factor = 1;

  function circle(a) {
    if (!circles[a]) {
      const tier = data.tiers[data.accounts.tier[a]];
      const exception = data.accounts.exception[a];
      circles[a] = L.circleMarker(place(data.accounts, a), {
        renderer, radius: tier.radius * factor, fillColor: tier.fill, fillOpacity: 1,
        color: exception ? "#B3261E" : tier.stroke, weight: exception ? 2 : tier.weight,
      });
      circles[a].index = a;
    }
    return circles[a];
  }

  // The smallest tier is drawn first, so that the important accounts lie on top.
  const upwards = data.tiers.map((_, tier) => tier).reverse();
  for (const tier of upwards) {
    tierGroups[tier].bindTooltip((marker) => accountCard(marker.index), { opacity: 1, className: "tip" });
    groups.accounts.addLayer(tierGroups[tier]);
  }

  function drawAccounts() {
    const { x, y, tier } = data.accounts;
    const view = map.getBounds().pad(0.3);
    const [west, east] = [view.getWest() * PER_DEGREE, view.getEast() * PER_DEGREE];
    const [south, north] = [view.getSouth() * PER_DEGREE, view.getNorth() * PER_DEGREE];
    const found = data.tiers.map(() => []);
    for (let a = 0; a < x.length; a++) {
      const inView = x[a] >= west && x[a] <= east && y[a] >= south && y[a] <= north;
      if (!crowded || inView) found[tier[a]].push(a);
    }
    let room = crowded ? data.crowd : Infinity;
    found.forEach((members, t) => {
      if (hiddenTiers.has(t)) members.length = 0;
      if (members.length > room) members.length = room = 0;
      room -= members.length;
    });
    for (const t of upwards) {
      tierGroups[t].clearLayers();
      for (const a of found[t]) tierGroups[t].addLayer(circle(a).setRadius(data.tiers[t].radius * factor));
    }
  }

  // Homes: a house each, above everything; a diamond where the plan itself located the center.
  const houseSize = narrow || data.homes.id.length > 60 ? 15 : 20;
  const house = '<svg viewBox="0 0 18 18" aria-hidden="true"><path d="M9 1.8 1.8 8.2h2V15.6h10.4V8.2h2z" fill="#FFFFFF" stroke="#16212E" stroke-width="1.6" stroke-linejoin="round"/></svg>';
  const diamond = '<svg viewBox="0 0 18 18" aria-hidden="true"><path d="M9 2.5 15.5 9 9 15.5 2.5 9z" fill="#FFFFFF" stroke="#16212E" stroke-width="1.6" stroke-linejoin="round"/></svg>';
  const homes = data.homes.id.map((id, h) => {
    const icon = L.divIcon({ className: "home", html: data.homes.located[h] ? diamond : house, iconSize: [houseSize, houseSize] });
    const marker = L.marker(place(data.homes, h), { icon, riseOnHover: true, keyboard: false });
    const t = data.homes.territory[h];
    const lines = [`${data.homes.located[h] ? "Center, located by the plan" : "Home"} · ${territoryName(t)}`];
    marker.bindTooltip(() => card(data.homes.name[h] || id, lines, []), { opacity: 1, className: "tip", offset: [12, 0] });
    groups.homes.addLayer(marker);
    return marker;
  });

  // A layer that is switched on again would lie on top of all others.
  function restackAccounts() {
    for (const tier of upwards) if (map.hasLayer(tierGroups[tier])) tierGroups[tier].bringToFront();
  }

  function restack() {
    if (map.hasLayer(borders)) borders.bringToFront();
    outlines.forEach((outline) => { if (map.hasLayer(outline)) outline.bringToFront(); });
    levels.forEach((line) => { if (map.hasLayer(line)) line.bringToFront(); });
    restackAccounts();
  }

  map.createPane("names").style.zIndex = 590;
  names.forEach((name, t) => { if (data.territories[t].at) groups.names.addLayer(name); });

  // A name gives way to homes and to the names of larger territories; where it finds no room it is
  // hidden until one zooms in.
  const bySize = names.map((_, t) => t).sort((a, b) => data.territories[b].size - data.territories[a].size);
  const steps = [[0, 0], [0, 1], [0, -1], [1, 0], [-1, 0], [1, 1], [-1, 1], [1, -1], [-1, -1]];
  function around(at, x, y) {
    return L.bounds(at.subtract([x, y]), at.add([x, y]));
  }

  let homeScale = 1;
  function declutter() {
    const half = (houseSize / 2 - 1) * homeScale;
    const kept = map.hasLayer(groups.homes)
      ? homes.map((home) => around(map.latLngToContainerPoint(home.getLatLng()), half, half))
      : [];
    for (const t of bySize) {
      const icon = names[t].getElement();
      if (!icon) continue;
      const label = icon.firstChild;
      const x = label.offsetWidth / 2, y = label.offsetHeight / 2;
      const at = map.latLngToContainerPoint(names[t].getLatLng());
      const extent = fills[t].getBounds();
      const room = around(map.latLngToContainerPoint(extent.getCenter()), 0, 0)
        .extend(map.latLngToContainerPoint(extent.getNorthWest()))
        .extend(map.latLngToContainerPoint(extent.getSouthEast()));
      const free = steps.find(([right, down]) => {
        const moved = at.add([right * (x + houseSize / 2), down * (y + houseSize / 2)]);
        const box = around(moved, x + 1, y);
        return room.contains(moved) && !kept.some((other) => other.overlaps(box));
      });
      const hidden = !free || room.getSize().x < x * 1.5;
      label.classList.toggle("name-hidden", hidden);
      if (hidden) continue;
      const move = L.point(free[0] * (x + houseSize / 2), free[1] * (y + houseSize / 2));
      label.style.left = `${move.x}px`;
      label.style.top = `${move.y}px`;
      kept.push(around(at.add(move), x + 1, y));
    }
  }

  const legendBox = document.getElementById("legend");
  const legend = L.control({ position: "bottomright" });
  legend.onAdd = () => {
    legendBox.hidden = false;
    L.DomEvent.disableClickPropagation(legendBox).disableScrollPropagation(legendBox);
    return legendBox;
  };
  legend.addTo(map);
  if (narrow) {
    legendBox.querySelector("details").open = false;
    control.collapse();
    map.on("click", () => control.collapse());
  }

  // On a wide screen nothing lies below the legend when the map opens.
  const extent = L.latLngBounds(data.bounds);
  const beside = map.getSize().x > 800 ? legendBox.offsetWidth + 16 : 24;
  const padding = narrow
    ? { paddingTopLeft: [8, 8], paddingBottomRight: [8, 54] }
    : { paddingTopLeft: [beside > 24 ? 48 : 24, 20], paddingBottomRight: [beside, 20] };
  map.fitBounds(extent, { animate: false, ...padding });
  const startZoom = map.getZoom();
  map.setMinZoom(Math.min(startZoom, map.getMinZoom()) - 1);

  // Far out the marks shrink, so that they do not hide the territories.
  function resize() {
    const near = Math.max(0, map.getZoom() - startZoom);
    const least = crowded || narrow ? 0.45 : 0.65;
    const wanted = Math.min(1.35, least + 0.15 * near);
    homeScale = homes.length > 60 && near < 1.5 ? 0.5 : 1;
    map.getContainer().classList.toggle("far", homeScale < 1);
    if (Math.abs(wanted - factor) < 0.05) return;
    factor = wanted;
    if (!crowded) drawAccounts();
  }

  map.on("zoomend", () => { resize(); declutter(); });
  map.on("moveend", () => { if (crowded) drawAccounts(); });
  map.on("resize", declutter);
  map.on("overlayadd overlayremove", () => { restack(); declutter(); });

  function show(group) {
    if (!map.hasLayer(group)) map.addLayer(group);
  }

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
      L.popup({ className: "tip", maxWidth: 280, offset: [0, -6] }).setLatLng(at).setContent(content)
        .openOn(map).on("remove", () => layer.remove());
    }
  }

  const ringStyle = { color: "#B3261E", weight: 3, fill: false, interactive: false };
  const visit = {
    territory(t) {
      if (mark) mark.remove();
      map.closePopup();
      const bounds = fills[t].getBounds();
      data.accounts.territory.forEach((owner, a) => { if (owner === t) bounds.extend(place(data.accounts, a)); });
      if (bounds.isValid()) map.fitBounds(bounds, { animate: false, maxZoom: 12, ...padding });
      panelChoose(t);
    },
    unit(u) {
      const shape = unitShapes[u];
      const at = place(data.units, u);
      if (shape && shape.length) {
        const layer = L.polygon(shape, { ...ringStyle, renderer });
        map.fitBounds(layer.getBounds(), { animate: false, maxZoom: 10, padding: [60, 60] });
        highlight(layer, at, unitCard(u));
      } else {
        map.setView(at, Math.max(map.getZoom(), startZoom + 4), { animate: false });
        highlight(L.circleMarker(at, { ...ringStyle, radius: 14, renderer }), at, unitCard(u));
      }
    },
    account(a) {
      const at = place(data.accounts, a);
      map.setView(at, Math.max(map.getZoom(), startZoom + 4), { animate: false });
      show(groups.accounts);
      showTier(data.accounts.tier[a], true);
      highlight(L.circleMarker(at, { ...ringStyle, radius: 13, renderer }), at, accountCard(a));
    },
  };

  const { search, choose: panelChoose } = startPanel({ data, visit, showTier, unitName, territoryName });
  restack();
  resize();
  drawAccounts();
  declutter();
  window.territoryMap = {
    map, groups, data, fills, outlines, borders, levels, homes, names, tierGroups, search, visit,
  };
}
