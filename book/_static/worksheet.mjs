// An assignment that is solved in its page: keeps what the student writes, and makes of it the
// notebook to hand in.  The cells and their Python are those of live.mjs.

import { element } from "./live-output.mjs";
import { cells } from "./live.mjs";

const panel = document.querySelector(".worksheet");
const name = panel.dataset.worksheet;
const status = panel.querySelector("[role=status]");
const KEPT = `worksheet ${name}`; // in the browser's storage
const BLANK = "YOUR ANSWER HERE"; // what a release has in place of a written answer

const notebook = await (await fetch(`${name}.ipynb`)).json();
const joined = (source) => [source].flat().join("");

// --- What the student may write ----------------------------------------------------------------

/** Each place to write: the id of its cell, its text, and how to set that. */
const places = new Map();
const code = notebook.cells.filter((cell) => cell.cell_type === "code");
for (const [index, { id }] of code.entries()) {
  const cell = cells[index];
  if (cell.locked) continue;
  places.set(id, { text: () => cell.code, set: async (text) => (await cell.open()).set(text) });
}
const blanks = [...document.querySelectorAll("article p")].filter((p) => p.textContent.trim() === BLANK);
const written = notebook.cells.filter((cell) => cell.cell_type === "markdown" && joined(cell.source).includes(BLANK));
for (const [index, { id }] of written.entries()) {
  const area = element("textarea", { class: "worksheet-answer", rows: 8, "aria-label": "Your answer" });
  blanks[index].replaceWith(area);
  area.addEventListener("input", () => keep());
  places.set(id, { text: () => area.value || BLANK, set: (text) => (area.value = text === BLANK ? "" : text) });
}

async function fill(found) {
  for (const [id, place] of places) if (id in found) await place.set(found[id]);
}

const texts = () => Object.fromEntries([...places].map(([id, place]) => [id, place.text()]));

// --- Kept in the browser -----------------------------------------------------------------------

let waiting;

function keep() {
  clearTimeout(waiting);
  waiting = setTimeout(() => {
    try {
      localStorage.setItem(KEPT, JSON.stringify(texts()));
      status.textContent = "Kept in this browser.";
    } catch { // a browser may refuse to keep anything
      status.textContent = "This browser keeps nothing: save the notebook before you leave.";
    }
  }, 500);
}

function kept() {
  try {
    return JSON.parse(localStorage.getItem(KEPT)) ?? {};
  } catch {
    return {};
  }
}

// --- The notebook ------------------------------------------------------------------------------

/** The released notebook with what was written: ids and nbgrader's metadata stay as they are. */
function solved() {
  const found = texts();
  const mine = (cell) => (cell.id in found ? { ...cell, source: found[cell.id] } : cell);
  return { ...notebook, cells: notebook.cells.map(mine) };
}

function save() {
  const file = new Blob([`${JSON.stringify(solved(), null, 1)}\n`], { type: "application/json" });
  const link = element("a", { href: URL.createObjectURL(file), download: `${name}.ipynb` });
  link.click();
  URL.revokeObjectURL(link.href);
  status.textContent = `Saved as ${name}.ipynb: hand in that file.`;
}

function open() {
  const chooser = element("input", { type: "file", accept: ".ipynb" });
  chooser.addEventListener("change", async () => {
    try {
      const given = JSON.parse(await chooser.files[0].text());
      const found = given.cells.filter(({ id }) => places.has(id));
      if (!found.length) throw new Error("it has none of this notebook's cells");
      await fill(Object.fromEntries(found.map(({ id, source }) => [id, joined(source)])));
      status.textContent = `${chooser.files[0].name} is open: ${found.length} cells were filled.`;
    } catch (error) {
      status.textContent = `That is not a notebook of ${name}: ${error.message}.`;
    }
  });
  chooser.click();
}

async function restart() {
  if (!confirm("Forget what you have written on this page?")) return;
  await fill(Object.fromEntries(notebook.cells.map(({ id, source }) => [id, joined(source)])));
  status.textContent = "Everything is as it was released.";
}

// --- Begin -------------------------------------------------------------------------------------

const acts = { save, open, restart };
for (const button of panel.querySelectorAll("button")) {
  button.addEventListener("click", () => acts[button.dataset.does]());
}
for (const cell of cells) if (!cell.locked && cell.input) await cell.open();
await fill(kept());
document.addEventListener("live-change", keep);
panel.dataset.ready = "";
