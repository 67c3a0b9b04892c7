// Python for a page: starts the worker, hands it code, stops it.  Knows nothing of the page's looks.
//
//   const python = new Python();
//   python.addEventListener("change", () => python.state);        // off, starting, idle, busy
//   python.addEventListener("loading", ({ detail }) => detail.got / detail.all);   // bytes
//   const { ok } = await python.run("1 + 1", { name: "<cell 1>", show: ({ kind, data }) => ... });
//   python.stop();                                                // variables stay, if at all possible

const HERE = new URL(".", import.meta.url);
const GRACE = 2000; // milliseconds that Python has to notice that it shall stop

export class Python extends EventTarget {
  /** How many times Python was started: variables of an earlier start are gone. */
  starts = 0;
  state = "off";
  #worker = null;
  #ready = null;
  #job = null;
  #ids = 0;

  constructor({ base = new URL("../live/", HERE).href, folder = "", limit = 120 } = {}) {
    super();
    this.base = base;
    this.folder = folder; // in which Python stands
    this.limit = limit; // seconds that one run may take
  }

  /** Start Python unless it runs; resolves when it can be used. */
  start() {
    if (this.#ready) return this.#ready.promise;
    this.starts += 1;
    this.#ready = withResolvers();
    this.#ready.promise.catch(() => {});
    this.#worker = new Worker(new URL("live-worker.mjs", HERE), { type: "module" });
    this.#worker.onmessage = ({ data }) => this.#hear(data);
    this.#worker.onerror = (event) => this.#fail(event.message || "its script cannot be loaded");
    this.#worker.postMessage({ type: "start", base: this.base, folder: this.folder });
    this.#become("starting");
    return this.#ready.promise;
  }

  /** Run code, one at a time; resolves with {ok, stopped, seconds}, and rejects if Python cannot start. */
  async run(code, { name = "<cell>", show = () => {}, limit = this.limit } = {}) {
    await this.start();
    if (this.#job) throw new Error("Python is busy");
    const id = ++this.#ids;
    const running = URL.createObjectURL(new Blob([" "])); // the worker stops when it is revoked
    const watchdog = setTimeout(() => this.end("limit"), 1000 * limit + GRACE + 1000);
    const done = withResolvers();
    this.#job = { id, show, running, watchdog, done };
    this.#become("busy");
    this.#worker.postMessage({ type: "run", id, code, name, limit, running });
    return done.promise;
  }

  /** Stop what runs.  Code that does not let itself be stopped takes Python down with it. */
  stop() {
    if (this.state === "starting") return this.end("page");
    const job = this.#job;
    if (!job) return;
    URL.revokeObjectURL(job.running);
    setTimeout(() => job === this.#job && this.end("page"), GRACE);
  }

  /** End Python: its variables are gone, and the next run starts anew. */
  end(stopped = "page") {
    this.#worker?.terminate();
    this.#ready?.reject(new Error("Python was stopped."));
    this.#worker = this.#ready = null;
    this.#finish({ ok: false, stopped, lost: true });
    this.#become("off");
  }

  #hear(message) {
    if (message.type === "loading") this.dispatchEvent(new CustomEvent("loading", { detail: message }));
    else if (message.type === "ready") (this.#ready.resolve(), this.#become("idle"));
    else if (message.type === "failed") this.#fail(message.text);
    else if (message.id !== this.#job?.id) return;
    else if (message.type === "shown") this.#job.show(message);
    else if (message.type === "done") (this.#finish(message), this.#become("idle"));
  }

  #fail(why) {
    this.#ready?.reject(new Error(`Python could not start: ${why}`));
    this.end();
  }

  #finish(result) {
    if (!this.#job) return;
    const { running, watchdog, done } = this.#job;
    this.#job = null;
    clearTimeout(watchdog);
    URL.revokeObjectURL(running);
    done.resolve(result);
  }

  #become(state) {
    if (state === this.state) return;
    this.state = state;
    this.dispatchEvent(new Event("change"));
  }
}

function withResolvers() { // Promise has it of its own only in browsers from 2024 on
  const parts = {};
  parts.promise = new Promise((resolve, reject) => Object.assign(parts, { resolve, reject }));
  return parts;
}
