// Searching: territories, reps, accounts, units, counties, ZIP codes, cities, IDNs and GPOs.
"use strict";

function startSearch({ data, visit, fold, unitName, territoryName, place, word }) {
  const SHOWN = 12;
  const byId = (id) => document.getElementById(id);
  const KINDS = {
    territory: ["territory", "territories"], rep: ["rep", "reps"], account: ["account", "accounts"], unit: ["unit", "units"],
    county: ["county", "counties"], zip: ["ZIP", "ZIPs"], city: ["city", "cities"], idn: ["IDN", "IDNs"], gpo: ["GPO", "GPOs"],
  };
  // Every word must occur in the id or the name; the earlier it does, the better.
  const plain = (text) => text.normalize("NFD").replace(/[\u0300-\u036f]/g, "").toLowerCase();
  let index = null;
  function add(kind, title, detail, key, go) { index.push({ kind, title, detail, key: plain(key), go }); }

  function entries() {
    if (index) return index;
    index = [];
    data.territories.forEach(({ id, label, rep, repId }, t) => {
      add("territory", label, rep || "Territory", `${label} ${id}`, () => visit.territory(t));
      if (rep) add("rep", rep, `Rep · ${label}`, `${rep} ${repId}`, () => visit.territory(t));
    });
    for (const kind of ["idn", "gpo"]) {
      const coded = data.accounts[kind], members = coded.words.map(() => []);
      coded.codes.forEach((code, a) => { if (code >= 0) members[code].push(a); });
      coded.words.forEach((name, i) => add(kind, name, `${kind.toUpperCase()} · ${counted(members[i].length, "account")}`, name,
        () => visit.group(members[i], name, kind.toUpperCase())));
    }
    data.accounts.id.forEach((id, a) => {
      const name = data.accounts.name[a];
      add("account", name, `${id} · ${territoryName(data.accounts.territory[a])}`, `${name} ${id}`, () => visit.account(a));
    });
    // A unit id names its wholes: "48201:77030:A-1" lies in ZIP 77030 and county 48201.
    const wholes = new Map();
    data.units.id.forEach((id, u) => {
      const where = territoryName(data.units.territory[u]), parts = id.split(":");
      add("unit", unitName(u), `Unit · ${where}`, `${data.units.name[u]} ${id}`, () => visit.unit(u));
      parts.slice(0, -1).forEach((part, depth) => {
        const key = `${depth} ${part}`;
        if (!wholes.has(key)) wholes.set(key, { part, depth, units: [] });
        wholes.get(key).units.push(u);
      });
    });
    const zipSplit = new Set();
    for (const { part, depth, units } of wholes.values()) {
      const isZip = depth === 1 && /^\d{5}$/.test(part);
      if (isZip) zipSplit.add(part);
      const county = data.wholes && data.wholes[part] ? `${data.wholes[part]} ` : "";
      const title = isZip ? `ZIP ${part}` : `${county}${part}`;
      add(isZip ? "zip" : "county", title, `split into ${counted(units.length, "unit")}`, `${county}${part}`, () => visit.units(units, title));
    }
    data.zips.zip.forEach((zip, z) => {
      if (zipSplit.has(zip)) return;
      const u = data.zips.unit[z], where = territoryName(data.units.territory[u]), city = word(data.zips.city, z);
      add("zip", `ZIP ${zip}`, `${city} · ${where}`, zip, () => visit.point(place(data.zips, z), `ZIP ${zip}`, [city]));
    });
    data.places.name.forEach((name, i) => {
      const kind = data.places.kind[i];
      if (kind === 2) return;
      add(kind ? "county" : "city", name, kind ? "County" : "City", name, () => visit.point(place(data.places, i), name, [kind ? "County" : "City"]));
    });
    return index;
  }

  function search(text) {
    const words = plain(text).split(/\s+/).filter(Boolean);
    if (!words.length) return [];
    const found = [], order = Object.keys(KINDS);
    for (const entry of entries()) {
      let rank = 0;
      for (const one of words) {
        const at = entry.key.indexOf(one);
        if (at < 0) { rank = -1; break; }
        rank += entry.key === one ? -1 : at === 0 ? 0 : entry.key[at - 1] === " " ? 1 : 2;
      }
      if (rank >= -words.length && (rank >= 0 || entry.key === words.join(" "))) found.push([rank, entry]);
    }
    return found.sort((a, b) => a[0] - b[0] || order.indexOf(a[1].kind) - order.indexOf(b[1].kind)).map((pair) => pair[1]);
  }

  function countsOf(found) {
    const counts = {};
    for (const { kind } of found) counts[kind] = (counts[kind] || 0) + 1;
    return Object.keys(KINDS).filter((kind) => counts[kind]).map((kind) => counted(counts[kind], ...KINDS[kind])).join(", ");
  }

  const input = byId("search"), list = byId("results");
  let shown = [], active = -1;

  function mark(position) {
    active = position;
    [...list.children].forEach((item, i) => {
      item.setAttribute("aria-selected", String(i === active));
      if (i === active) item.scrollIntoView({ block: "nearest" });
    });
    if (active >= 0) input.setAttribute("aria-activedescendant", `result-${active}`);
    else input.removeAttribute("aria-activedescendant");
  }

  function close() {
    list.hidden = true;
    input.setAttribute("aria-expanded", "false");
  }

  function pick(position) {
    const entry = shown[position];
    if (!entry) return;
    close();
    input.value = entry.title;
    input.blur();
    fold(false);
    entry.go();
  }

  function line(className, text) {
    const item = document.createElement("li");
    item.className = className;
    item.textContent = text;
    return item;
  }

  function refresh() {
    const found = search(input.value);
    shown = found.slice(0, SHOWN);
    list.replaceChildren(...shown.map((entry, i) => {
      const item = document.createElement("li");
      item.id = `result-${i}`;
      item.setAttribute("role", "option");
      const title = document.createElement("span"), detail = document.createElement("small");
      title.textContent = entry.title;
      detail.textContent = entry.detail;
      item.append(title, detail);
      item.addEventListener("mousedown", (event) => event.preventDefault());
      item.addEventListener("click", () => pick(i));
      return item;
    }));
    if (input.value.trim() && !found.length) list.append(line("none", "Nothing found"));
    if (found.length > SHOWN) list.append(line("none", `${SHOWN} of ${withCommas(found.length, 0)} shown: type on`));
    byId("found").textContent = found.length ? countsOf(found) : "";
    list.hidden = !list.children.length;
    input.setAttribute("aria-expanded", String(!list.hidden));
    mark(shown.length ? 0 : -1);
  }

  input.addEventListener("input", refresh);
  input.addEventListener("focus", () => { if (input.value) refresh(); });
  input.addEventListener("blur", close);
  input.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      const step = event.key === "ArrowDown" ? 1 : -1;
      if (shown.length) mark((active + step + shown.length) % shown.length);
    } else if (event.key === "Enter") {
      pick(active);
    } else if (event.key === "Escape") {
      close();
    }
  });
  return search;
}
