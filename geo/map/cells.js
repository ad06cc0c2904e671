// Draws all units on one canvas: tens of thousands of cells stay quick, because each colour is one
// path. The same painter draws the map on the screen and on paper.
"use strict";

const PER_DEGREE = 1e5;
const INK = "#22303F";

// Rings of packed polygons as flat arrays of Web Mercator coordinates at zoom 0 (0 … 256).
function unpackShape(polygons) {
  const rings = [];
  for (const polygon of polygons) {
    for (const steps of polygon) {
      const points = new Float64Array(steps.length);
      let x = 0, y = 0;
      for (let i = 0; i < steps.length; i += 2) {
        x += steps[i];
        y += steps[i + 1];
        points[i] = (x / PER_DEGREE + 180) / 360 * 256;
        const sine = Math.sin(y / PER_DEGREE * Math.PI / 180);
        points[i + 1] = (0.5 - Math.log((1 + sine) / (1 - sine)) / (4 * Math.PI)) * 256;
      }
      rings.push(points);
    }
  }
  return rings;
}

function boundsOfRings(rings) {
  let [west, north, east, south] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const points of rings) {
    for (let i = 0; i < points.length; i += 2) {
      west = Math.min(west, points[i]); east = Math.max(east, points[i]);
      north = Math.min(north, points[i + 1]); south = Math.max(south, points[i + 1]);
    }
  }
  return [west, north, east, south];
}

function insideRings(rings, x, y) {
  let inside = false;
  for (const points of rings) {
    for (let i = 0, j = points.length - 2; i < points.length; j = i, i += 2) {
      if (points[i + 1] > y !== points[j + 1] > y &&
          x < (points[j] - points[i]) * (y - points[i + 1]) / (points[j + 1] - points[i + 1]) + points[i]) {
        inside = !inside;
      }
    }
  }
  return inside;
}

// Where units are not drawn, the territories themselves are the cells.
function makeCells(data) {
  const own = data.units.shape.length > 0;
  const shapes = (own ? data.units.shape : data.territories.map((t) => t.shape)).map(unpackShape);
  const owner = own ? data.units.territory : data.territories.map((_, t) => t);
  const bounds = shapes.map(boundsOfRings);
  const outlines = data.territories.map((t) => unpackShape(t.shape));
  const today = data.today.map((t) => unpackShape(t.shape));
  const levels = Object.fromEntries(Object.entries(data.levels).map(([k, v]) => [k, v.map(unpackShape)]));
  // A coarse grid over the map finds the cell below the pointer.
  const GRID = 64, buckets = new Map();
  const all = bounds.reduce((a, b) => [Math.min(a[0], b[0]), Math.min(a[1], b[1]), Math.max(a[2], b[2]), Math.max(a[3], b[3])],
    [Infinity, Infinity, -Infinity, -Infinity]);
  const column = (x) => Math.floor((x - all[0]) / (all[2] - all[0] || 1) * GRID);
  const row = (y) => Math.floor((y - all[1]) / (all[3] - all[1] || 1) * GRID);
  bounds.forEach((b, c) => {
    for (let i = column(b[0]); i <= column(b[2]); i++) {
      for (let j = row(b[1]); j <= row(b[3]); j++) {
        const key = i * 1000 + j;
        if (!buckets.has(key)) buckets.set(key, []);
        buckets.get(key).push(c);
      }
    }
  });
  function at(x, y) {
    for (const c of buckets.get(column(x) * 1000 + row(y)) || []) {
      const b = bounds[c];
      if (x >= b[0] && x <= b[2] && y >= b[1] && y <= b[3] && insideRings(shapes[c], x, y)) return c;
    }
    return -1;
  }
  const outlineBounds = outlines.map(boundsOfRings);
  return { own, shapes, owner, bounds, outlines, outlineBounds, today, levels, at };
}

function hatch(context, colour, gap, background) {
  const tile = document.createElement("canvas");
  tile.width = tile.height = gap;
  const pen = tile.getContext("2d");
  if (background) { pen.fillStyle = background; pen.fillRect(0, 0, gap, gap); }
  pen.strokeStyle = colour;
  pen.lineWidth = 1.6;
  pen.beginPath();
  for (const shift of [-gap, 0, gap]) { pen.moveTo(shift, gap); pen.lineTo(shift + gap, 0); }
  pen.stroke();
  return context.createPattern(tile, "repeat");
}

// `place`: { scale, dx, dy, width, height }: a world point is drawn at x * scale + dx.
function trace(context, rings, place) {
  const { scale, dx, dy } = place;
  for (const points of rings) {
    let lastX = NaN, lastY = NaN;
    for (let i = 0; i < points.length; i += 2) {
      const x = points[i] * scale + dx, y = points[i + 1] * scale + dy;
      if (i && i < points.length - 2 && Math.abs(x - lastX) < 0.4 && Math.abs(y - lastY) < 0.4) continue;
      if (i) context.lineTo(x, y);
      else context.moveTo(x, y);
      lastX = x; lastY = y;
    }
    context.closePath();
  }
}

function seen(bounds, { scale, dx, dy, width, height }) {
  return bounds[2] * scale + dx >= 0 && bounds[0] * scale + dx <= width &&
    bounds[3] * scale + dy >= 0 && bounds[1] * scale + dy <= height;
}

// Paths of so many cells are drawn fastest: the work of one path grows faster than its corners.
const CELLS_OF_A_PATH = 96;

function paintInParts(context, cells, members, place, draw) {
  for (let first = 0; first < members.length; first += CELLS_OF_A_PATH) {
    context.beginPath();
    const last = Math.min(first + CELLS_OF_A_PATH, members.length);
    for (let m = first; m < last; m++) trace(context, cells.shapes[members[m]], place);
    draw();
  }
}

// `look`: { colourOf(cell), hatchOf(cell), outlines, chosen, borders, opacity, levels }.
function paintCells(context, cells, place, look) {
  const groups = new Map(), hatched = [], visible = [];
  cells.shapes.forEach((rings, c) => {
    if (!seen(cells.bounds[c], place)) return;
    visible.push(c);
    const colour = look.colourOf(c);
    if (!groups.has(colour)) groups.set(colour, []);
    groups.get(colour).push(c);
    if (look.hatchOf && look.hatchOf(c)) hatched.push(c);
  });
  context.lineJoin = "round";
  context.globalAlpha = look.opacity;
  for (const [colour, members] of groups) {
    context.fillStyle = colour === "?" ? hatch(context, "#9AA5B1", 7, "#FFFFFF") : colour;
    context.strokeStyle = colour;
    context.lineWidth = 0.6;
    // a hairline of the same colour closes the seams between neighbouring cells
    const seams = look.opacity === 1 && colour !== "?";
    paintInParts(context, cells, members, place, () => { context.fill("evenodd"); if (seams) context.stroke(); });
  }
  context.globalAlpha = 1;
  if (hatched.length) {
    context.fillStyle = hatch(context, "rgba(16,25,34,.62)", 7);
    paintInParts(context, cells, hatched, place, () => context.fill("evenodd"));
  }
  const size = visible.length ? Math.sqrt(place.width * place.height / visible.length) : 0;
  if (look.borders && cells.own && size > 4) {
    context.strokeStyle = `rgba(34,48,63,${size > 14 ? 0.32 : 0.16})`;
    context.lineWidth = 0.7;
    paintInParts(context, cells, visible, place, () => context.stroke());
  }
  if (look.chosen >= 0) {
    context.fillStyle = "rgba(255,255,255,.62)";
    context.beginPath();
    context.rect(0, 0, place.width, place.height);
    trace(context, look.outlines[look.chosen], place);
    context.fill("evenodd");
  }
  context.strokeStyle = INK;
  context.lineWidth = 1.8;
  context.beginPath();
  for (const rings of look.outlines) trace(context, rings, place);
  context.stroke();
  for (const [name, weight] of [["districts", 3], ["regions", 4.5]]) {
    if (!look.levels || !look.levels.includes(name)) continue;
    for (const [colour, width, dash] of [["#FFFFFF", weight + 3, []], [INK, weight, name === "districts" ? [9, 5] : []]]) {
      context.strokeStyle = colour; context.lineWidth = width; context.setLineDash(dash);
      context.beginPath();
      for (const rings of cells.levels[name]) trace(context, rings, place);
      context.stroke();
    }
    context.setLineDash([]);
  }
  if (look.chosen >= 0) {
    for (const [colour, width] of [["#FFFFFF", 7], ["#0B5CAD", 4]]) {
      context.strokeStyle = colour; context.lineWidth = width;
      context.beginPath();
      trace(context, look.outlines[look.chosen], place);
      context.stroke();
    }
  }
}

// A canvas that Leaflet moves and zooms like its own; `paint(context, place)` draws on it.
const PaintedCanvas = L.Renderer.extend({
  initialize(paint, options) {
    this._paint = paint;
    L.Renderer.prototype.initialize.call(this, options);
  },
  _initContainer() {
    this._container = document.createElement("canvas");
    this._container.setAttribute("aria-hidden", "true");
    this._ctx = this._container.getContext("2d");
  },
  _destroyContainer() { this._container.remove(); delete this._ctx; },
  _update() {
    if (this._map._animatingZoom && this._bounds) return;
    L.Renderer.prototype._update.call(this);
    this.repaint();
  },
  repaint() {
    if (!this._map) return;
    const { min } = this._bounds, size = this._bounds.getSize();
    const canvas = this._container, ratio = window.devicePixelRatio || 1;
    L.DomUtil.setPosition(canvas, min);
    canvas.width = Math.round(size.x * ratio);
    canvas.height = Math.round(size.y * ratio);
    canvas.style.width = `${size.x}px`;
    canvas.style.height = `${size.y}px`;
    this._ctx.setTransform(ratio, 0, 0, ratio, 0, 0);
    const origin = this._map.getPixelOrigin();
    this._paint(this._ctx, {
      scale: this._map.getZoomScale(this._map.getZoom(), 0),
      dx: -origin.x - min.x, dy: -origin.y - min.y, width: size.x, height: size.y,
      left: min.x, top: min.y,
    });
  },
});
