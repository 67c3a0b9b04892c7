// Python in a web worker: it runs the code that the page sends, and sends back what it shows.
// In:  {type: "start", base}, then {type: "run", id, code, name, limit, running} one at a time.
// Out: {type: "loading", got, all}, {type: "ready"} or {type: "failed", text};
//      {type: "shown", id, kind, data} and at last {type: "done", id, ok}.

let python, page, current;
const send = (message, transfer = []) => self.postMessage(message, transfer);

// --- What is fetched ---------------------------------------------------------------------------

/** Count the bytes of everything that is fetched, for the page's progress bar. */
function countFetches(all) {
  const fetchIt = self.fetch;
  let got = 0;
  self.fetch = async (...request) => {
    const answer = await fetchIt(...request);
    if (!answer.ok) throw new Error(`${answer.url}: HTTP status ${answer.status}`);
    count(answer.clone().body); // of a copy, so that the browser can keep what it compiles
    return answer;
  };
  async function count(body) {
    const reader = body.getReader();
    for (let part; !(part = await reader.read()).done;) {
      got += part.value.length;
      if (python === undefined) send({ type: "loading", got, all });
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

async function start(base) {
  const listed = await (await fetch(`${base}live.json`)).json();
  countFetches(Object.values(listed.first).reduce((sum, size) => sum + size));
  const first = Object.keys(listed.first).filter((name) => /\.(whl|zip)$/.test(name));
  const early = first.filter((name) => name !== "python_stdlib.zip").map((name) => [name, archive(base + name)]);
  const { loadPyodide } = await import(`${base}pyodide.mjs`);
  python = await loadPyodide({ indexURL: base, env: { HOME: "/home/pyodide", MPLBACKEND: "module://page_backend" } });
  for (const [name, fetched] of early) unpack(name, await fetched);
  python.runPython('import sys; sys.path[:0] = ["/course", "/course/book", "/course/book/_browser"]');
  python.setInterruptBuffer(interrupts);
  page = python.pyimport("page");
  page.connect(shown);
  later(base, listed);
  python.runPython("import numpy");
}

const unpack = (name, bytes) =>
  name.endsWith(".whl") ? python.unpackArchive(bytes, "whl") : python.unpackArchive(bytes, "zip", { extractDir: "/course" });

/** Fetch the other packages once Python runs, and install them when the first is imported. */
function later(base, { later: files, imports }) {
  const fetched = new Map();
  const install = () => {
    for (const name of files) unpack(name, fetched.get(name) ?? archiveNow(base + name));
    fetched.clear();
  };
  python.runPython("import sys; sys.meta_path").append(page.Late(imports, install));
  for (const name of files) archive(base + name).then((bytes) => fetched.set(name, bytes), () => {});
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
  set 0(value) {},
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
  current = { id, stopped: "" };
  const begun = performance.now();
  [deadline, running, looked] = [begun + 1000 * limit, address, begun];
  const ok = await page.run(code, name);
  [deadline, running] = [Infinity, ""];
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
  start(message.base).then(
    () => send({ type: "ready" }),
    (error) => send({ type: "failed", text: String(error?.message ?? error) }),
  );
};
