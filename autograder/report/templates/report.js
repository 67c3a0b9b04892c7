"use strict";
// Sorts tables by the column whose name is pressed, and finds students; without it all is there too.
function value(row, column) {
  const text = row.cells[column]?.textContent.trim() ?? "";
  const number = parseFloat(text);
  return Number.isNaN(number) ? text.toLowerCase() : number;
}

// What is no number stays behind the numbers, whichever of them come first.
function compare(one, other, sign) {
  if (typeof one !== typeof other) return typeof one === "number" ? -1 : 1;
  return one < other ? -sign : one > other ? sign : 0;
}

function sort(table, head, column) {
  const down = head.getAttribute("aria-sort") === "ascending";
  for (const other of head.parentNode.cells) other.removeAttribute("aria-sort");
  head.setAttribute("aria-sort", down ? "descending" : "ascending");
  const sign = down ? -1 : 1;
  const rows = [...table.tBodies[0].rows];
  rows.sort((one, other) => compare(value(one, column), value(other, column), sign));
  table.tBodies[0].append(...rows);
}

for (const table of document.querySelectorAll("table.sortable")) {
  [...table.tHead.rows[0].cells].forEach((head, column) => {
    const button = document.createElement("button");
    button.append(...head.childNodes);
    button.addEventListener("click", () => sort(table, head, column));
    head.append(button);
  });
}

const search = document.querySelector("#search");
if (search) {
  const rows = [...document.querySelectorAll("#students tbody tr")];
  const count = document.querySelector("#found");
  search.parentNode.hidden = false;
  search.addEventListener("input", () => {
    const wanted = search.value.trim().toLowerCase();
    for (const row of rows) row.hidden = !row.textContent.toLowerCase().includes(wanted);
    const found = rows.filter((row) => !row.hidden).length;
    count.textContent = wanted ? `${found} of ${rows.length} students` : "";
  });
}
