// Layers of a plain folium map: units coloured by class, one at a time, with a legend beside them.
"use strict";

function addPlainLayers(map, territories, data) {
  map.createPane("unit-classes").style.zIndex = 350;
  const renderer = L.canvas({ pane: "unit-classes", padding: 0.2 });
  const rings = (shape) => shape.map((part) => part.map((steps) => {
    let x = 0, y = 0;
    const points = [];
    for (let i = 0; i < steps.length; i += 2) { x += steps[i]; y += steps[i + 1]; points.push([y / 1e5, x / 1e5]); }
    return points;
  }));
  const shapes = data.units.map(rings);
  const box = L.control({ position: "bottomleft" });
  box.onAdd = () => {
    const details = L.DomUtil.create("details", "plain-legend");
    details.open = map.getSize().x >= 700;
    L.DomEvent.disableClickPropagation(details).disableScrollPropagation(details);
    return details;
  };
  const line = (tag, text, parent) => {
    const node = document.createElement(tag);
    node.textContent = text;
    parent.append(node);
    return node;
  };
  function legend(layer) {
    const details = box.getContainer();
    const open = details.open;
    details.replaceChildren();
    line("summary", layer ? layer.title : data.plain, details);
    const list = layer ? layer.labels.map((label, k) => [layer.colours[k], label, layer.counts[k]]) : [];
    for (const [colour, label, count] of list) {
      const item = line("div", "", details), swatch = line("i", "", item);
      swatch.style.background = colour;
      line("span", `${label} (${count})`, item);
    }
    if (layer && layer.unknown) line("div", `not known (${layer.unknown})`, details);
    if (layer && layer.note) line("div", layer.note, details);
    details.open = open;
  }
  const choices = {};
  const groups = data.layers.map((layer) => {
    const group = L.featureGroup();
    group.once("add", () => {
      shapes.forEach((shape, u) => {
        const code = layer.codes[layer.of === "units" ? u : data.owner[u]];
        if (!shape.length || code === undefined) return;
        const fill = code === "?" ? "#AAB4BF" : code === "." ? "#FFFFFF" : layer.colours[Number(code)];
        const cell = L.polygon(shape, { renderer, pane: "unit-classes", fillColor: fill, fillOpacity: 0.85, color: "#8792A0", weight: 0.4 });
        group.addLayer(cell);
      });
    });
    const title = document.createElement("span");
    title.textContent = layer.title;
    choices[title.innerHTML] = group;
    return group;
  });
  const plain = L.layerGroup();
  const control = L.control.layers({ [data.plain]: plain, ...choices }, {}, { collapsed: true });
  plain.addTo(map);
  control.addTo(map);
  box.addTo(map);
  legend(null);
  const show = (group) => {
    const at = groups.indexOf(group);
    territories.setStyle({ fillOpacity: at < 0 ? 0.6 : 0 });
    legend(at < 0 ? null : data.layers[at]);
  };
  map.on("baselayerchange", (event) => show(event.layer));
  map.plainLayers = { groups, plain, choose: (at) => {
    [plain, ...groups].forEach((group) => map.removeLayer(group));
    const group = at < 0 ? plain : groups[at];
    group.addTo(map);
    show(group);
  } };
}
