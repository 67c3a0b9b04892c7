// <conv-lab>: the figure in which a reader moves a kernel along an input, one output at a time.
// A classic script, so that the page also works when opened from a file; needs the other conv-*.js.
(() => {
  "use strict";
  const { times, flat, unflat, fits, shapes, sides, convolve } = globalThis.convArithmetic;
  const { slidersOf, divisors, Numbers, digit, weight, stateIn, hashWith } = globalThis.convSettings;
  const { sumOf, readersOf, outputAloud, inputAloud } = globalThis.convWords;
  const { facts, misfit, titleOf } = globalThis.convFacts;
  const programs = globalThis.convPrograms;
  const { Board, element } = globalThis.ConvBoard;
  const STEP_MS = 1200, SAID_MS = 2000;

  function button(text, act) {
    const node = element("button", { type: "button" }, text);
    node.addEventListener("click", act);
    return node;
  }

  const coloured = (part) =>
    part.role ? element("span", { class: `conv-${part.role}` }, part.text) : part;

  /** Put a text on the clipboard, and say so on the button; true if the browser let us. */
  async function copy(text, node, done, otherwise) {
    const before = node.textContent;
    try {
      await navigator.clipboard.writeText(text);
      node.textContent = done;
    } catch { // the browser keeps its clipboard to itself on this page
      node.textContent = otherwise();
    }
    setTimeout(() => (node.textContent = before), SAID_MS);
  }

  class ConvLab extends HTMLElement {
    connectedCallback() {
      if (!this.sliders) this.begin();
      this.onHash = () => this.restore();
      addEventListener("hashchange", this.onHash);
      this.restore();
    }

    disconnectedCallback() {
      this.stop();
      removeEventListener("hashchange", this.onHash);
    }

    begin() {
      const axes = Math.min(3, Math.max(1, Number.parseInt(this.getAttribute("axes"), 10) || 1));
      this.type = { axes, transposed: this.hasAttribute("transposed") };
      this.id ||= `conv-lab-${[...document.querySelectorAll("conv-lab")].indexOf(this) + 1}`;
      this.build();
      const { x, w } = shapes(this.read());
      this.inputs = new Numbers(this.getAttribute("x"), x, digit);
      this.weights = new Numbers(this.getAttribute("w"), w, (place) => weight(place, this.type.transposed));
      this.chosen = { letter: this.type.transposed ? "x" : "y", at: 0 };
      this.lay();
      this.initial = new URLSearchParams(this.state());
    }

    // --- The parts that stay: sliders, board, buttons, facts, code. --------------------------------

    build() {
      this.sliders = {};
      const controls = element("fieldset", { "aria-label": "Settings" });
      controls.append(...slidersOf(this, this.type).map((slider) => this.slider(slider)));
      this.groups = Number(this.sliders.groups?.value ?? 1);
      this.board = new Board(this);
      this.caption = element("p", { class: "caption" });
      this.stage = element("div", { class: "stage" }, this.board.node);
      this.says = element("div", { class: "says" });
      this.spoken = element("p", { class: "spoken", role: "status" });
      this.facts = element("dl");
      this.replaceChildren(
        this.caption, this.stage, this.says, this.spoken, this.buttons(), controls, this.facts, this.program());
    }

    slider({ name, text, min, max, value }) {
      const node = element("input", { type: "range", name, min, max, value });
      node.addEventListener("input", () => {
        if (name === "groups") this.groups = divisors(this.settings)[node.value - 1];
        this.lay();
      });
      this.sliders[name] = node;
      return element("label", {}, element("span", {}, text), node, element("span", { "aria-hidden": "true" }));
    }

    tick(name, text, act) {
      this[name] = element("input", { type: "checkbox", name });
      this[name].addEventListener("change", act);
      return element("label", {}, this[name], ` ${text}`);
    }

    buttons() {
      this.player = button("Play", () => (this.timer ? this.stop() : this.play()));
      const lay = () => this.lay();
      const ticks = [
        this.tick("predict", "Predict first: an output shows when you press it", lay),
        this.tick("flip", "Flip the kernel, as in mathematics", () => this.turn()),
        this.tick("causal", "Causal: all the padding before", lay),
      ];
      this.causal.checked = this.hasAttribute("causal");
      ticks[2].hidden = !this.causal.checked;
      const link = button("Link", () => this.link(link));
      return element("div", { class: "buttons" },
        button("Back", () => this.step(-1)), button("Step", () => this.step(1)), this.player,
        button("Reset", () => this.reset()), link, ...ticks);
    }

    program() {
      this.code = element("code");
      const naming = { tabindex: 0, role: "group", "aria-label": "The same in Python" };
      const copier = button("Copy", () => copy(this.code.textContent, copier, "Copied", () => {
        getSelection().selectAllChildren(this.code);
        return "Selected";
      }));
      this.libraries = Object.keys(programs).map((name) => button(name, () => {
        this.library = name;
        this.writeProgram();
      }));
      [this.library] = Object.keys(programs);
      const bar = element("div", { class: "bar" }, ...this.libraries, copier);
      return element("div", { class: "program" }, bar, element("pre", naming, this.code));
    }

    // --- New cells, after a slider moved. ----------------------------------------------------------

    /** The settings as the sliders stand. */
    read() {
      const s = { ...this.type, channels: 1, filters: 1, groups: 1, output_padding: 0 };
      for (const [name, slider] of Object.entries(this.sliders)) s[name] = Number(slider.value);
      const possible = divisors(s);
      s.groups = possible.filter((g) => g <= this.groups).at(-1);
      Object.assign(s, { causal: this.causal.checked, flip: this.flip.checked });
      if (this.sliders.groups) {
        this.sliders.groups.max = possible.length;
        this.sliders.groups.value = possible.indexOf(s.groups) + 1;
      }
      this.sliders.padding.disabled = s.causal;
      return s;
    }

    lay() {
      this.stop();
      const s = this.settings = this.read();
      for (const [name, slider] of Object.entries(this.sliders)) {
        const text = String(s.causal && name === "padding" ? "\u2013" : s[name]);
        slider.nextElementSibling.textContent = text;
        slider.setAttribute("aria-valuetext", text);
      }
      this.revealed = new Set();
      this.scene = { s, shapes: shapes(s) };
      this.compute();
      this.keepChosen();
      this.board.lay(this.scene);
      this.caption.textContent = titleOf(s);
      this.facts.replaceChildren(...facts(s).map(([term, text]) =>
        element("div", {}, element("dt", {}, term), element("dd", {}, text))));
      this.says.style.minHeight = "";
      this.update();
    }

    /** The chosen cell stays if it is still there. */
    keepChosen() {
      const { letter, at } = this.chosen, cells = times(this.scene.shapes[letter]);
      this.chosen = { letter, at: Math.max(0, Math.min(at, cells - 1)) };
    }

    /** The kernel turns round in its place: no new cells in 1D and 2D. */
    turn() {
      this.settings.flip = this.flip.checked;
      this.caption.textContent = titleOf(this.settings);
      this.compute();
      this.update();
    }

    // --- New numbers, after a weight or an input changed. ------------------------------------------

    compute() {
      const { s, shapes: { x, w } } = this.scene;
      const values = { x: this.inputs.list(x), w: this.weights.list(w) };
      values.y = convolve(values, s);
      this.scene.values = values;
      this.value = { ...values, shapes: this.scene.shapes, ...s };
    }

    update() {
      this.board.write((at) => this.secret(at));
      this.writeProgram();
      this.mark();
    }

    writeProgram() {
      this.code.textContent = programs[this.library](this.scene.values, this.settings);
      for (const node of this.libraries)
        node.setAttribute("aria-pressed", node.textContent === this.library);
    }

    weigh(at, value) {
      this.weights.set(unflat(at, this.scene.shapes.w), value);
      this.compute();
      this.update();
    }

    /** A digit becomes the input's value; a minus turns its sign. */
    enter(at, key) {
      const value = key === "-" ? -this.scene.values.x[at] || 0 : Number(key);
      this.inputs.set(unflat(at, this.scene.shapes.x), value);
      this.compute();
      this.update();
    }

    // --- New lights, after another cell was chosen. ------------------------------------------------

    mark() {
      const { letter, at } = this.chosen;
      this.board.mark(this.chosen);
      this.says.replaceChildren(...this.sentence(letter, at));
      const high = Number.parseFloat(this.says.style.minHeight) || 0; // what is below stays in place
      this.says.style.minHeight = `${Math.max(high, this.says.offsetHeight)}px`;
      this.spoken.textContent = this.aloud(letter, at);
    }

    aloud(letter, at) {
      const { values, s } = this.scene;
      if (!fits(s)) return misfit(s);
      return letter === "x" ? inputAloud(at, values, s) : outputAloud(at, values, s, this.secret(at));
    }

    sentence(letter, at) {
      const { values, s } = this.scene;
      if (!fits(s)) return [misfit(s)];
      if (letter === "x") return readersOf(at, values, s).map(coloured);
      const { head, blocks, tail } = sumOf(at, values, s, this.secret(at));
      const end = tail ? [" = ", coloured(tail)] : [];
      if (tail && blocks[0].rows.length === 1) return [...[...head, ...blocks[0].rows.flat(2)].map(coloured), ...end];
      const drawn = blocks.map((block) => this.block(block, blocks.length > 1));
      const parts = [element("span", {}, ...head.map(coloured)), ...drawn, element("span", {}, ...end)];
      return [element("div", { class: blocks.length > 1 ? "blocks" : "rows" }, ...parts)];
    }

    /** The products of one plane of the kernel, in its rows. */
    block({ name, rows, sum }, several) {
      const lines = rows.map((row) => element("span", { class: "line" },
        ...row.map((term) => element("span", { class: "term" }, ...term.map(coloured)))));
      const node = element("span", { class: several ? "block named" : "block", "data-name": name }, ...lines);
      node.style.setProperty("--columns", Math.max(...rows.map((row) => row.length)));
      if (several) node.append(element("span", { class: "sum" }, ` = ${sum}`));
      return node;
    }

    secret(at) {
      return this.predict.checked && !this.revealed.has(at);
    }

    choose(letter, at) {
      if (letter === this.chosen.letter && at === this.chosen.at) return;
      this.chosen = { letter, at };
      this.mark();
    }

    press(letter, at) {
      this.stop();
      if (letter === "y") this.revealed.add(at);
      this.chosen = { letter, at };
      this.board.write((cell) => this.secret(cell));
      this.mark();
    }

    // --- Steps: from stop to stop of the kernel, which are the outputs, or inputs if transposed. ----

    stops() {
      const letter = sides(this.settings).x === "small" ? "x" : "y";
      return { letter, count: fits(this.settings) ? times(this.scene.shapes[letter]) : 0 };
    }

    step(by) {
      const { letter, count } = this.stops();
      const from = this.chosen.letter === letter ? this.chosen.at : -1;
      this.stop();
      if (count) this.show((from + by + count) % count);
    }

    show(at) {
      const { letter } = this.stops();
      this.choose(letter, at);
      const cell = this.board.button(letter, at).getBoundingClientRect(), stage = this.stage.getBoundingClientRect();
      this.stage.scrollLeft += (cell.left + cell.right - stage.left - stage.right) / 2;
    }

    play() {
      const { letter, count } = this.stops();
      this.player.textContent = "Pause";
      this.timer = setInterval(() => {
        const next = this.chosen.letter === letter ? this.chosen.at + 1 : 0;
        if (next < count) this.show(next);
        else this.stop();
      }, STEP_MS);
      if (count && this.chosen.at === count - 1) this.show(0);
    }

    stop() {
      clearInterval(this.timer);
      this.timer = undefined;
      if (this.player) this.player.textContent = "Play";
    }

    // --- State: what a link carries. ---------------------------------------------------------------

    state() {
      const { letter, at } = this.chosen, { shapes: all, values } = this.scene, state = {};
      for (const name of Object.keys(this.sliders)) state[name] = this.settings[name];
      for (const name of ["causal", "flip", "predict"]) state[name] = Number(this[name].checked);
      if (this.inputs.changed) state.x = values.x.join(",");
      if (this.weights.changed) state.w = values.w.join(",");
      return { ...state, at: [letter, ...unflat(at, all[letter])].join(".") };
    }

    link(node) {
      const hash = hashWith(location.hash, this.id, this.state());
      history.replaceState(null, "", hash);
      copy(location.href, node, "Link copied", () => "It is in the address");
    }

    reset() {
      this.inputs.reset();
      this.weights.reset();
      this.apply(this.initial);
    }

    restore() {
      const state = stateIn(location.hash, this.id);
      if (!state) return;
      this.apply(state);
      this.scrollIntoView({ block: "center" });
    }

    /** Set what is said and possible, and ignore the rest. */
    apply(state) {
      for (const [name, slider] of Object.entries(this.sliders)) {
        const value = Number(state.get(name) || Number.NaN);
        if (name === "groups") this.groups = value >= 1 ? value : this.groups;
        else if (Number.isInteger(value) && value >= slider.min && value <= slider.max) slider.value = value;
      }
      for (const name of ["causal", "flip", "predict"])
        if (state.has(name)) this[name].checked = state.get(name) === "1";
      const shape = shapes(this.read());
      this.inputs.take(state.get("x"), shape.x);
      this.weights.take(state.get("w"), shape.w);
      const [letter, ...place] = (state.get("at") ?? "").split(".");
      const known = shape[letter]?.length === place.length && letter !== "w";
      if (known && place.every((i, axis) => /^\d+$/.test(i) && i < shape[letter][axis]))
        this.chosen = { letter, at: flat(place.map(Number), shape[letter]) };
      this.lay();
    }
  }

  customElements.define("conv-lab", ConvLab);
})();
