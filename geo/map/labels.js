// Puts names on the map without collisions: territories first and always, then states, cities and
// counties as far as there is room. Also draws the arrows of accounts that change territory.
"use strict";

const LABEL_FONT = '-apple-system, BlinkMacSystemFont, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif';
const STYLES = {
  territory: { font: `700 12px ${LABEL_FONT}`, height: 15, colour: "#101922" },
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
  free(box) {
    return !this.keys(box).some((key) => (this.cells.get(key) || []).some((o) =>
      box[0] < o[2] && box[2] > o[0] && box[1] < o[3] && box[3] > o[1]));
  }
  add(box) {
    for (const key of this.keys(box)) {
      if (!this.cells.has(key)) this.cells.set(key, []);
      this.cells.get(key).push(box);
    }
  }
}

// Where a name may go around its point, nearest first: names of territories always find a place.
const AROUND = [[0, 0]];
for (let ring = 1; ring <= 26; ring++) {
  const n = 8 + 4 * Math.floor(ring / 3);
  for (let k = 0; k < n; k++) {
    const angle = 2 * Math.PI * (k + (ring % 2) / 2) / n;
    AROUND.push([Math.cos(angle) * ring * 11, Math.sin(angle) * ring * 11]);
  }
}

const BESIDE = AROUND.filter(([right, down]) => Math.hypot(right, down) < 34);

// wanted: [{ kind, text, x, y, must, beside }] in order of importance; obstacles: boxes that stay free.
function placeLabels(context, wanted, obstacles, { width, height, inset = 2 }) {
  const taken = new Boxes(), placed = [];
  for (const box of obstacles) taken.add(box);
  for (const label of wanted) {
    const style = STYLES[label.kind];
    context.font = style.font;
    const w = context.measureText(label.text).width + 6, h = style.height + 1;
    const around = label.must ? AROUND : label.beside ? BESIDE : label.kind === "city" ? [[0, -9], [0, 11], [w / 2 + 6, 0], [-w / 2 - 6, 0]] : [[0, 0]];
    for (const [right, down] of around) {
      const x = Math.min(Math.max(label.x + right, inset + w / 2), width - inset - w / 2);
      const y = Math.min(Math.max(label.y + down, inset + h / 2), height - inset - h / 2);
      if (!label.must && !label.beside && (x !== label.x + right || y !== label.y + down)) continue;
      const box = [x - w / 2, y - h / 2, x + w / 2, y + h / 2];
      if (!taken.free(box)) continue;
      taken.add(box);
      const lead = (label.must || label.beside) && Math.hypot(x - label.x, y - label.y) > 16;
      placed.push({ ...label, x, y, box, anchor: [label.x, label.y], lead });
      break;
    }
  }
  return placed;
}

function paintLabels(context, placed) {
  context.textAlign = "center";
  context.textBaseline = "middle";
  context.lineJoin = "round";
  for (const label of placed) {
    if (!label.lead) continue;
    for (const [colour, width] of [["#FFFFFF", 3], [INK, 1.1]]) {
      context.strokeStyle = colour; context.lineWidth = width;
      context.beginPath(); context.moveTo(...label.anchor); context.lineTo(label.x, label.y); context.stroke();
    }
    context.fillStyle = INK;
    context.beginPath(); context.arc(...label.anchor, 2.4, 0, 2 * Math.PI); context.fill();
  }
  for (const label of placed) {
    const style = STYLES[label.kind];
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
      context.lineWidth = 3.2;
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
