// Writes numbers as people read them: the twin of value_text in content.py, digit for digit.
"use strict";

const MINUS = "\u2212";

// toFixed rounds a tie upwards, Python to the even digit.
function fixed(size, digits) {
  const scaled = size * 10 ** digits, whole = Math.floor(scaled);
  const tie = scaled - whole === 0.5 && whole % 2 === 0 && whole / 10 ** digits + 0.5 / 10 ** digits === size;
  return (tie ? whole / 10 ** digits : size).toFixed(digits);
}

// A long name keeps its end: names that begin alike differ there.
function brief(text, longest) {
  const letters = [...text], head = Math.ceil(longest * 0.55);
  return letters.length <= longest ? text : `${letters.slice(0, head).join("").trimEnd()}…${letters.slice(letters.length - (longest - head - 1)).join("").trimStart()}`;
}

function withCommas(number, digits) {
  const [whole, part] = fixed(Math.abs(number), digits).split(".");
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ",");
  const text = part ? `${grouped}.${part}` : grouped;
  return number < 0 && /[1-9]/.test(text) ? `-${text}` : text;
}

function valueText(value, kind, money = "$") {
  if (kind === "text") return value || "–";
  if (value === null || value === undefined || Number.isNaN(value)) return "–";
  if (kind === "usd") {
    const sign = value < 0 ? MINUS : "", size = Math.abs(value);
    for (const [limit, unit] of [[1e9, "B"], [1e6, "M"], [1e3, "k"]]) {
      if (size >= limit * 0.9995) {
        const scaled = size / limit, digits = scaled < 9.995 ? 2 : scaled < 99.95 ? 1 : 0;
        return `${sign}${money}${fixed(scaled, digits)}${unit}`;
      }
    }
    return `${sign}${money}${fixed(size, 0)}`;
  }
  if (kind === "share") return `${withCommas(value * 100, Math.abs(value) < 0.0995 ? 1 : 0)} %`;
  if (kind === "count") return withCommas(value, 0);
  const text = withCommas(value, Math.abs(value) >= 10 ? 0 : 1);
  return kind === "hours" ? `${text} h` : text;
}

const counted = (n, one, many = `${one}s`) => `${withCommas(n, 0)} ${n === 1 ? one : many}`;

function element(tag, className, text) {
  const node = document.createElement(tag);
  if (className) node.className = className;
  if (text !== undefined && text !== null) node.textContent = text;
  return node;
}
