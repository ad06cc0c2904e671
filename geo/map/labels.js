// Puts names on the map without collisions: territories first and always, then states, cities and
// counties as far as there is room. Also draws the arrows of accounts that change territory.
"use strict";

const LABEL_FONT = '-apple-system, BlinkMacSystemFont, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif';
const STYLES = {
  territory: { font: `700 12px ${LABEL_FONT}`, height: 15, colour: "#101922" },
  close: { font: `700 10px ${LABEL_FONT}`, height: 11, colour: "#101922" },
  dense: { font: `700 8.5px ${LABEL_FONT}`, height: 9, colour: "#101922" },
  chosen: { font: `800 15px ${LABEL_FONT}`, height: 18, colour: "#0B3D78" },
  state: { font: `600 12px ${LABEL_FONT}`, height: 15, colour: "#46525E", spacing: true },
  city: { font: `500 11px ${LABEL_FONT}`, height: 13, colour: "#33414E" },
  county: { font: `italic 400 10.5px ${LABEL_FONT}`, height: 13, colour: "#4A5866" },
  flow: { font: `700 11px ${LABEL_FONT}`, height: 15, colour: "#FFFFFF" },
};

class Boxes {
  constructor() { this.cells = new Map(); }
  keys([a, b, c, d]) {
    const found = [];
    for (let i = Math.floor(a / 64); i <= Math.floor(c / 64); i++) {
      for (let j = Math.floor(b / 64); j <= Math.floor(d / 64); j++) found.push(i * 10007 + j);
    }
    return found;
  }
  free(box, own = null) {
    return !this.keys(box).some((key) => (this.cells.get(key) || []).some((o) =>
      o !== own && box[0] < o[2] && box[2] > o[0] && box[1] < o[3] && box[3] > o[1]));
  }
  add(box) {
    for (const key of this.keys(box)) {
      if (!this.cells.has(key)) this.cells.set(key, []);
      this.cells.get(key).push(box);
    }
  }
}

// Where a name may go around its point, nearest first: names of territories always find a place.
function ringsAround(step, rings) {
  const found = [[0, 0]];
  for (let ring = 1; ring <= rings; ring++) {
    const n = 8 + 4 * Math.floor(ring / 3);
    for (let k = 0; k < n; k++) {
      const angle = 2 * Math.PI * (k + (ring % 2) / 2) / n;
      found.push([Math.cos(angle) * ring * step, Math.sin(angle) * ring * step]);
    }
  }
  return found;
}
const AROUND = { territory: ringsAround(11, 26), close: ringsAround(8, 50), dense: ringsAround(5, 90) };
const CHOSEN_AROUND = AROUND.territory;

// wanted: [{ kind, text, x, y, must }] in order of importance; obstacles: boxes that stay free.
// size: how names of territories are written, a key of AROUND.
function placeLabels(context, wanted, obstacles, { width, height, inset = 2 }, size = "territory") {
  const taken = new Boxes(), placed = [];
  for (const box of obstacles) taken.add(box);
  const measured = new Map(wanted.map((label) => {
    const as = label.kind === "territory" ? size : label.kind, style = STYLES[as];
    context.font = style.font;
    return [label, { as, w: context.measureText(label.text).width + (size === "dense" ? 3 : 6), h: style.height + 1 }];
  }));
  const at = (label, [right, down], fixed) => {
    const { w, h } = measured.get(label);
    const x = Math.min(Math.max(label.x + right, inset + w / 2), width - inset - w / 2);
    const y = Math.min(Math.max(label.y + down, inset + h / 2), height - inset - h / 2);
    return fixed && (x !== label.x + right || y !== label.y + down) ? null : { x, y, box: [x - w / 2, y - h / 2, x + w / 2, y + h / 2] };
  };
  const put = (label, { x, y, box }) => {
    taken.add(box);
    const lead = label.must && Math.hypot(x - label.x, y - label.y) > (size === "territory" ? 16 : 14);
    placed.push({ ...label, as: measured.get(label).as, x, y, box, anchor: [label.x, label.y], lead });
  };
  // Where names are many, those that can stand at their own middle stand there, and the others go around them.
  const later = [], finish = () => {
    for (const [last, places] of later.splice(0)) find(last, places);
    untangle(placed);
    grow(context, placed, taken, { width, height }, size);
  };
  let open = true;
  for (const label of wanted) {
    const around = label.must ? (label.kind === "territory" ? AROUND[size] : CHOSEN_AROUND)
      : label.kind === "city" ? [[0, -9], [0, 11], [measured.get(label).w / 2 + 6, 0], [-measured.get(label).w / 2 - 6, 0]] : [[0, 0]];
    if (size !== "territory" && label.kind === "territory") {
      const spot = at(label, [0, 0], true);
      if (spot && taken.free(spot.box)) put(label, spot);
      else later.push([label, around]);
      continue;
    }
    if (open && !["territory", "chosen"].includes(label.kind)) { open = false; finish(); }
    find(label, around);
  }
  if (open) finish();
  function find(label, around) {
    for (const offset of around) {
      const spot = at(label, offset, !label.must);
      if (!spot || !taken.free(spot.box)) continue;
      put(label, spot);
      return;
    }
  }
  return placed;
}

// Names that stand at their own middle are written as large as their surroundings leave room for.
function grow(context, placed, taken, { width, height }, size) {
  const larger = Object.keys(AROUND).slice(0, Object.keys(AROUND).indexOf(size));
  for (const label of placed) {
    if (label.lead || label.as !== size) continue;
    for (const as of larger) {
      context.font = STYLES[as].font;
      const w = context.measureText(label.text).width + 6, h = STYLES[as].height + 1;
      const box = [label.x - w / 2, label.y - h / 2, label.x + w / 2, label.y + h / 2];
      if (box[0] < 0 || box[1] < 0 || box[2] > width || box[3] > height || !taken.free(box, label.box)) continue;
      if (placed.some(({ lead, anchor: [x, y] }) => lead && x > box[0] && x < box[2] && y > box[1] && y < box[3])) continue;
      taken.add(box);
      Object.assign(label, { as, box });
      break;
    }
  }
}

// Two leader lines that cross are shorter when their names change places; done until none crosses.
function untangle(placed) {
  const led = placed.filter((label) => label.lead);
  const side = (a, b, c) => Math.sign((b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0]));
  const cross = (a, b) => side(a.anchor, [a.x, a.y], b.anchor) !== side(a.anchor, [a.x, a.y], [b.x, b.y])
    && side(b.anchor, [b.x, b.y], a.anchor) !== side(b.anchor, [b.x, b.y], [a.x, a.y]);
  const wide = (label) => label.box[2] - label.box[0];
  for (let round = 0, changed = true; changed && round < 20; round++) {
    changed = false;
    for (let i = 0; i < led.length; i++) {
      for (let j = 0; j < i; j++) {
        const a = led[i], b = led[j];
        if (a.as !== b.as || Math.abs(wide(a) - wide(b)) > 0.5 || !cross(a, b)) continue;
        [a.x, b.x] = [b.x, a.x]; [a.y, b.y] = [b.y, a.y]; [a.box, b.box] = [b.box, a.box];
        changed = true;
      }
    }
  }
}

function paintLabels(context, placed) {
  context.textAlign = "center";
  context.textBaseline = "middle";
  context.lineJoin = "round";
  for (const label of placed) {
    if (!label.lead) continue;
    const fine = label.as === "dense" || label.as === "close";
    for (const [colour, width] of [["rgba(255,255,255,.85)", fine ? 2 : 3], [INK, fine ? 0.7 : 1.1]]) {
      context.strokeStyle = colour; context.lineWidth = width;
      context.beginPath(); context.moveTo(...label.anchor); context.lineTo(label.x, label.y); context.stroke();
    }
    context.fillStyle = INK;
    context.beginPath(); context.arc(...label.anchor, fine ? 1.5 : 2.4, 0, 2 * Math.PI); context.fill();
  }
  for (const label of placed) {
    const style = STYLES[label.as];
    if (label.kind === "city") {
      context.fillStyle = "#33414E";
      context.beginPath(); context.arc(...label.anchor, 1.8, 0, 2 * Math.PI); context.fill();
    }
    context.font = style.font;
    if (label.kind === "flow") {
      context.fillStyle = "#7A1F5C";
      const [a, b, c, d] = label.box;
      context.beginPath(); context.roundRect(a, b, c - a, d - b, 6); context.fill();
    } else if (label.lead) {
      const [a, b, c, d] = label.box;
      context.fillStyle = "rgba(255,255,255,.92)";
      context.fillRect(a, b, c - a, d - b);
    } else {
      context.strokeStyle = "rgba(255,255,255,.9)";
      context.lineWidth = label.as === "dense" ? 2.2 : 3.2;
      context.strokeText(label.text, label.x, label.y);
    }
    context.fillStyle = style.colour;
    context.fillText(label.text, label.x, label.y);
  }
}

// An arrow bends to its left, so that there and back are two arrows; its width is its count.
function flowCurve(a, b) {
  const dx = b[0] - a[0], dy = b[1] - a[1], length = Math.hypot(dx, dy) || 1;
  const bend = Math.min(0.18 * length, 46);
  const middle = [(a[0] + b[0]) / 2 - dy / length * bend, (a[1] + b[1]) / 2 + dx / length * bend];
  const crown = [0.25 * a[0] + 0.5 * middle[0] + 0.25 * b[0], 0.25 * a[1] + 0.5 * middle[1] + 0.25 * b[1]];
  return { middle, crown };
}

function paintFlows(context, flows) {
  for (const { from, to, n, most } of flows) {
    const { middle } = flowCurve(from, to);
    const width = 1.2 + 4.2 * Math.sqrt(n / most);
    const angle = Math.atan2(to[1] - middle[1], to[0] - middle[0]), head = 5 + 1.8 * width;
    const end = [to[0] - Math.cos(angle) * head * 0.7, to[1] - Math.sin(angle) * head * 0.7];
    for (const [colour, extra] of [["rgba(255,255,255,.85)", 2.6], ["#7A1F5C", 0]]) {
      context.strokeStyle = context.fillStyle = colour;
      context.lineWidth = width + extra;
      context.beginPath(); context.moveTo(...from); context.quadraticCurveTo(...middle, ...end); context.stroke();
      context.beginPath();
      context.moveTo(to[0], to[1]);
      for (const turn of [2.65, -2.65]) context.lineTo(to[0] + Math.cos(angle + turn) * head, to[1] + Math.sin(angle + turn) * head);
      context.closePath(); context.fill();
    }
  }
}
