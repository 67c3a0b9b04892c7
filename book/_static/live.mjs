// Makes the cells of a page run in the reader's browser.  Python comes with the first run.

import { Cell } from "./live-cell.mjs";
import { element, tell } from "./live-output.mjs";
import { Python } from "./live-python.mjs";

const worksheet = document.querySelector("[data-worksheet]")?.dataset.worksheet;
const python = new Python(worksheet ? { folder: `/course/exercises/${worksheet}` } : {});
const ask = { run, runAbove, stop };
const nodes = document.querySelectorAll("div.cell, .live-code:not(div.cell > .live-code)");
let number = 0;
export const cells = [...nodes]
  .filter((node) => node.matches(".live-code") || node.querySelector(".cell_input pre, .live-code"))
  .map((node) => new Cell(node, node.querySelector(".cell_input") ? ++number : number, ask));
const able = cells.filter((cell) => !cell.why);
const line = document.querySelector(".live-page");
const status = document.body.appendChild(element("div", { class: "live-status", role: "status" }));

// --- What to run -------------------------------------------------------------------------------

let stops = 0, last = Promise.resolve();

/** Run a cell, and before it those above that this Python has not run as they are now. */
function run(cell) {
  const above = able.slice(0, able.indexOf(cell));
  return queue(cell, () => [...above.filter((other) => !other.ranIn(python.starts)), cell]);
}

function runAbove(cell) {
  return queue(cell, () => able.slice(0, able.indexOf(cell)));
}

function runAll() {
  return queue(page, () => able);
}

/** Stop what runs, and forget what waits. */
function stop() {
  stops += 1;
  python.stop();
}

/** Do one request after the other; `asker` tells the reader how it goes. */
function queue(asker, wanted) {
  const before = stops;
  asker.say("waiting", true);
  const stopped = () => stops !== before;
  last = last.then(() => (stopped() ? asker.say("stopped") : work(asker, wanted, stopped)));
  return last;
}

async function work(asker, wanted, stopped) {
  try {
    announce(asker, "Python is starting", true);
    current = asker;
    await python.start();
    announce(asker, await each(asker, wanted(), stopped));
  } catch (error) {
    announce(asker, stopped() ? "stopped" : error.message);
  } finally {
    current = null;
  }
}

/** Run cells until one fails; returns what to tell. */
async function each(asker, list, stopped) {
  const begun = performance.now();
  for (const [place, cell] of list.entries()) {
    if (stopped()) return "stopped";
    if (cell !== asker) cell.say("running", true);
    asker.say(list.length > 1 ? `running ${cell.name}, ${place + 1} of ${list.length}` : "running", true);
    const result = await one(cell);
    if (cell !== asker) cell.say(result.ok ? "" : "failed");
    if (!result.ok) return result.stopped ? "stopped" : `${cell === asker ? "this cell" : cell.name} failed`;
  }
  return `done in ${seconds(performance.now() - begun)}`;
}

async function one(cell) {
  cell.begin();
  const start = python.starts;
  const show = (shown) => cell.output.show(shown);
  const result = await python.run(cell.code, { name: `<${cell.name}>`, show });
  const why = explain(result);
  if (why) show({ kind: "error", data: why });
  cell.end(result.ok, start);
  return result;
}

function explain({ ok, stopped, lost }) {
  if (ok || !stopped) return "";
  const limit = stopped === "limit" ? ` after ${python.limit} seconds, the time limit of a cell` : "";
  const gone = "All variables are gone: the next run begins with the first cell.";
  return `Stopped${limit}. ${lost ? gone : "What was computed before is still there."}`;
}

const seconds = (ms) => `${ms < 9950 ? (ms / 1000).toPrecision(2) : Math.round(ms / 1000)} s`;

// --- What to tell ------------------------------------------------------------------------------

let current = null;

function announce(asker, text, busy = false) {
  asker.say(text, busy);
  status.textContent = `${asker.name}: ${text}`;
}

python.addEventListener("loading", ({ detail: { got, all } }) => {
  const text = `Python is coming: ${megabytes(got)} of ${megabytes(all)} MB`;
  current?.say(got < all ? text : "Python is starting", true, got / all);
});

const megabytes = (bytes) => (bytes / 1e6).toFixed(1);

/** The line above the first cell asks for all of them. */
const page = {
  name: "this page",
  button: line.querySelector("button"),
  about: line.querySelector(".live-about"),
  say(text, busy = false, part = null) {
    this.busy = busy;
    this.button.textContent = busy ? "Stop" : "Run all cells";
    tell(this.about, text, part);
  },
};

page.button.disabled = false;
page.button.addEventListener("click", () => (page.busy ? stop() : runAll()));
document.documentElement.dataset.live = "ready";
