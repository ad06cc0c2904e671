// The side panel of a territory map: sorting the scorecard, choosing rows, searching.
"use strict";

function startPanel({ data, visit, showTier, unitName, territoryName }) {
  const SHOWN = 12;
  const byId = (id) => document.getElementById(id);
  const panel = byId("panel"), handle = byId("handle");
  const body = document.querySelector("#scorecard tbody");
  const rows = [...body.rows];

  function fold(open) {
    panel.classList.toggle("open", open);
    handle.setAttribute("aria-expanded", String(open));
  }
  handle.addEventListener("click", () => fold(!panel.classList.contains("open")));

  function choose(t) {
    for (const row of rows) row.classList.toggle("chosen", Number(row.dataset.territory) === t);
    const row = rows.find((candidate) => Number(candidate.dataset.territory) === t);
    if (row) row.scrollIntoView({ block: "nearest" });
  }

  function go(kind, index) {
    fold(false);
    visit[kind](index);
  }

  for (const row of rows) {
    row.addEventListener("click", () => go("territory", Number(row.dataset.territory)));
    row.addEventListener("keydown", (event) => {
      if (event.key === "Enter") go("territory", Number(row.dataset.territory));
    });
  }
  for (const item of document.querySelectorAll(".legend-territories li")) {
    item.addEventListener("click", () => go("territory", Number(item.dataset.territory)));
  }
  for (const button of document.querySelectorAll("#legend .tier")) {
    button.addEventListener("click", () => {
      showTier(Number(button.dataset.tier), button.getAttribute("aria-pressed") !== "true");
    });
  }

  // Sorting: numbers downwards first, words upwards; missing values always last.
  const heads = [...document.querySelectorAll("#scorecard thead th")];
  heads.forEach((head, column) => {
    head.querySelector("button").addEventListener("click", () => {
      const numeric = head.classList.contains("number");
      const before = head.getAttribute("aria-sort");
      const down = before ? before === "ascending" : numeric;
      heads.forEach((other) => other.removeAttribute("aria-sort"));
      head.setAttribute("aria-sort", down ? "descending" : "ascending");
      const value = (row) => row.cells[column].dataset.value;
      const compare = (a, b) => {
        const x = value(a), y = value(b);
        if (x === "" || y === "") return (x === "") - (y === "");
        const order = numeric ? Number(x) - Number(y) : x.localeCompare(y, "en", { numeric: true });
        return down ? -order : order;
      };
      body.append(...rows.sort(compare));
    });
  });

  // Searching: every word must occur in the id or the name; the earlier it does, the better.
  const plain = (text) => text.normalize("NFD").replace(/[\u0300-\u036f]/g, "").toLowerCase();
  let index = null;
  function entries() {
    if (index) return index;
    index = [];
    data.territories.forEach(({ id, label, rep }, t) => {
      index.push({ kind: "territory", t, title: label, detail: rep || "Territory", key: plain(`${label} ${id} ${rep}`) });
    });
    data.accounts.id.forEach((id, t) => {
      const name = data.accounts.name[t];
      const where = territoryName(data.accounts.territory[t]);
      index.push({ kind: "account", t, title: name, detail: `${id} · ${where}`, key: plain(`${name} ${id}`) });
    });
    data.units.id.forEach((id, t) => {
      const where = territoryName(data.units.territory[t]);
      index.push({ kind: "unit", t, title: unitName(t), detail: `Unit · ${where}`, key: plain(`${data.units.name[t]} ${id}`) });
    });
    return index;
  }

  function search(text) {
    const words = plain(text).split(/\s+/).filter(Boolean);
    if (!words.length) return [];
    const found = [];
    for (const entry of entries()) {
      let rank = 0;
      for (const word of words) {
        const at = entry.key.indexOf(word);
        if (at < 0) { rank = -1; break; }
        rank += at === 0 ? 0 : entry.key[at - 1] === " " ? 1 : 2;
      }
      if (rank >= 0) found.push([rank, entry]);
    }
    return found.sort((a, b) => a[0] - b[0]).map((pair) => pair[1]);
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
    go(entry.kind, entry.t);
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
    if (found.length > SHOWN) list.append(line("none", `and ${found.length - SHOWN} more: type on`));
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
  return { search, choose };
}
