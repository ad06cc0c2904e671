// The side panel of a territory map: sorting the scorecard, choosing rows, folding on phones.
"use strict";

function startPanel({ visit, showTier }) {
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
  return { choose, fold };
}
