// Python in a web worker: it runs the code that the page sends, and sends back what it shows.
// In:  {type: "start", base, folder}, then {type: "run", id, code, name, limit, running} one at a time.
// Out: {type: "loading", got, all}, {type: "ready"} or {type: "failed", text};
//      {type: "shown", id, kind, data} and at last {type: "done", id, ok}.

let python, page, current;
const send = (message, transfer = []) => self.postMessage(message, transfer);

// --- What is fetched ---------------------------------------------------------------------------

/** Count the bytes of what is fetched first, for the page's progress bar. */
function countBytes(sizes) {
  const fetchIt = self.fetch;
  const all = Object.values(sizes).reduce((sum, size) => sum + size);
  let got = 0;
  self.fetch = async (...request) => {
    const answer = await fetchIt(...request);
    if (!answer.ok) throw new Error(`${answer.url}: HTTP status ${answer.status}`);
    const name = answer.url.slice(answer.url.lastIndexOf("/") + 1);
    if (name in sizes) count(answer.clone().body); // of a copy: the browser keeps what it compiles
    return answer;
  };
  async function count(body) {
    const reader = body.getReader();
    for (let part; !(part = await reader.read()).done;) {
      got += part.value.length;
      send({ type: "loading", got, all });
    }
  }
}

const archive = async (address) => (await fetch(address)).arrayBuffer();

/** Fetch while Python waits: for what a cell imports before it has come by itself. */
function archiveNow(address) {
  const request = new XMLHttpRequest();
  request.open("GET", address, false);
  request.responseType = "arraybuffer";
  request.send();
  if (request.status !== 200) throw new Error(`${address}: HTTP status ${request.status}`);
  return request.response;
}

// --- Start -------------------------------------------------------------------------------------

const COURSE = "/course"; // where the library and the helpers lie

async function start(base, folder) {
  const listed = await (await fetch(`${base}live.json`)).json();
  countBytes(listed.first);
  const first = listed.archives.map((name) => [name, archive(base + name)]);
  const { loadPyodide } = await import(`${base}pyodide.mjs`);
  python = await loadPyodide({ indexURL: base, env: { MPLBACKEND: "module://page_backend" } });
  for (const [name, bytes] of first) unpack(name, await bytes);
  python.runPython(`import sys; sys.path[:0] = ${JSON.stringify(listed.path.map((part) => `${COURSE}/${part}`))}`);
  python.setInterruptBuffer(interrupts);
  page = python.pyimport("page");
  page.connect(shown);
  python.runPython("import numpy");
  if (folder) python.runPython(`import os; os.makedirs("${folder}", exist_ok=True); os.chdir("${folder}")`);
  for (const group of listed.later) later(base, folder, group);
}

function unpack(name, bytes) {
  if (name.endsWith(".whl")) python.unpackArchive(bytes, "whl");
  else python.unpackArchive(bytes, "zip", { extractDir: COURSE });
}

/** Install packages when the first of them is imported; fetch those that are soon wanted already now. */
function later(base, folder, { files, imports, early, beside = {} }) {
  const fetched = new Map();
  const wanted = [...files, beside[folder] ?? []].flat();
  page.late(imports, () => {
    for (const name of wanted) unpack(name, fetched.get(name) ?? archiveNow(base + name));
    fetched.clear();
  });
  if (!early.length) return;
  const all = wanted.map((name) => archive(base + name).then((bytes) => fetched.set(name, bytes)));
  Promise.all(all).then(() => importAhead(early), () => {}); // if not, the first import fetches
}

/** Import one module after the other while nobody waits, so that the first figure comes soon. */
async function importAhead(names) {
  for (const name of names) {
    do await new Promise((resolve) => setTimeout(resolve, 100)); while (current?.busy ?? true);
    python.pyimport(name);
  }
}

// --- Run ---------------------------------------------------------------------------------------

// Python looks at element 0 every now and then, and raises KeyboardInterrupt where it is 2.
// The page says "stop" by revoking an address: that is the one thing which a busy worker can
// notice without shared memory, and shared memory needs headers that plain servers do not send.
let deadline = Infinity, running = "", looked = 0;
const LOOK = 150; // milliseconds between two looks at the address
const interrupts = {
  get 0() {
    const now = performance.now();
    if (now > deadline || (now > looked + LOOK && stopped(now))) {
      current.stopped = now > deadline ? "limit" : "page";
      deadline = looked = Infinity; // once
      return 2;
    }
    return 0;
  },
  set 0(value) {}, // Python says that it has seen it
};

function stopped(now) {
  looked = now;
  if (!running) return false;
  try {
    archiveNow(running);
    return false;
  } catch {
    return true;
  }
}

async function run({ id, code, name, limit, running: address }) {
  current = { id, busy: true, stopped: "" };
  const begun = performance.now();
  [deadline, running, looked] = [begun + 1000 * limit, address, begun];
  const ok = await page.run(code, name);
  [deadline, running] = [Infinity, ""];
  current.busy = false;
  flush();
  send({ type: "done", id, ok, stopped: current.stopped, seconds: (performance.now() - begun) / 1000 });
}

// --- What is shown -----------------------------------------------------------------------------

const MOST = 200_000; // characters of text that one cell may print
let text = { kind: "", data: "", since: 0 };

function flush() {
  if (text.data) send({ type: "shown", id: current.id, kind: text.kind, data: text.data });
  text = { kind: "", data: "", since: performance.now() };
}

function shown(kind, data) {
  if (kind !== "stdout" && kind !== "stderr") {
    flush();
    if (typeof data !== "string") data = data.toJs();
    return send({ type: "shown", id: current.id, kind, data });
  }
  current.printed = (current.printed ?? 0) + data.length;
  if (current.printed > MOST) {
    data = current.full ? "" : `\n[more than ${MOST} characters: the rest is left out]\n`;
    current.full = true;
  }
  if (kind !== text.kind) flush();
  text.kind = kind;
  text.data += data;
  if (text.data.length > 8192 || performance.now() - text.since > 60) flush();
}

self.onmessage = ({ data: message }) => {
  if (message.type === "run") return run(message);
  start(message.base, message.folder).then(
    () => send({ type: "ready" }),
    (error) => send({ type: "failed", text: String(error?.message ?? error) }),
  );
};
