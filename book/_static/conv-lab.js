// <conv-lab>: a reader moves a kernel along an input, stop by stop.
// A classic script, so that the page also works when opened from a file; needs the other conv-*.js.
(() => {
  "use strict";
  const { times, flat, unflat, outputSize, isSmall, shapes, convolve } = globalThis.convArithmetic;
  const { slidersOf, divisors, Numbers, digit, weight, stateIn, hashWith } = globalThis.convSettings;
  const { sumOf, readersOf, outputAloud, inputAloud, facts, misfit, titleOf } = globalThis.convWords;
  const { Board, element } = globalThis.convBoard;
  const { light } = globalThis.convLights;
  const { button, coloured, control, place, copy, programPanel, written } = globalThis.convPanel;
  const STEP_MS = 1200;
  const TICKS = {
    predict: "Predict first: an output shows when you press it",
    flip: "Flip the kernel, as in mathematics",
    causal: "Causal: all the padding before",
  };
  const HINT = "Point at a number, or use the arrow keys. Type over weights, or press a digit on an input.";

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
      const axes = Number(this.getAttribute("axes")) || 1, transposed = this.hasAttribute("transposed");
      this.type = { axes, transposed };
      this.id ||= `conv-lab-${[...document.querySelectorAll("conv-lab")].indexOf(this) + 1}`;
      this.build();
      const { x, w } = shapes(this.read());
      this.inputs = new Numbers(this.getAttribute("x"), x, digit);
      this.weights = new Numbers(this.getAttribute("w"), w, (taps) => weight(taps, transposed));
      this.chosen = { letter: transposed ? "x" : "y", at: 0 };
      this.lay();
      this.initial = new URLSearchParams(this.state());
    }

    build() {
      this.board = new Board(this);
      this.program = programPanel();
      this.stage = element("div", { class: "stage" }, this.board.node);
      this.says = element("div", { class: "says" });
      this.spoken = element("p", { class: "spoken", role: "status" });
      this.facts = element("dl");
      this.replaceChildren(
        this.header(), this.stage, this.says, this.spoken, this.buttons(),
        this.controls(), this.facts, this.program.node);
    }

    header() {
      this.caption = element("p", { class: "caption" });
      const link = button("Link", () => this.link(link));
      return element("div", { class: "bar" },
        this.caption, button("Reset", () => this.reset()), link, element("p", { class: "hint" }, HINT));
    }

    buttons() {
      this.player = button("Play", () => (this.timer ? this.stop() : this.play()));
      const steps = [button("Back", () => this.step(-1)), button("Step", () => this.step(1)), this.player];
      const ticks = Object.entries(TICKS).map(([name, text]) => {
        const [node, label] = control(text, { type: "checkbox", name }, () => this.lay(name === "flip"));
        this[name] = node;
        return label;
      });
      this.causal.checked = this.hasAttribute("causal");
      if (!this.causal.checked) ticks.pop();
      return element("div", { class: "buttons" }, ...steps, element("div", {}, ...ticks));
    }

    controls() {
      this.sliders = {};
      const labels = slidersOf(this, this.type).map(({ name, text, role, ...limits }) => {
        const attributes = { type: "range", name, class: `conv-${role}`, ...limits };
        const [node, label] = control(text, attributes, () => {
          if (name === "groups") this.groups = divisors(this.settings)[node.value - 1];
          this.lay();
        });
        this.sliders[name] = node;
        return label;
      });
      this.groups = Number(this.sliders.groups?.value ?? 1);
      return element("fieldset", { "aria-label": "Settings" }, ...labels);
    }

    /** The settings as the sliders stand; that of the groups counts what divides both. */
    read() {
      const s = { ...this.type, channels: 1, filters: 1, output_padding: 0 };
      for (const [name, slider] of Object.entries(this.sliders)) s[name] = Number(slider.value);
      const possible = divisors(s), groups = possible.filter((g) => g <= this.groups).at(-1);
      if (this.sliders.groups) this.sliders.groups.max = possible.length;
      if (this.sliders.groups) place(this.sliders.groups, possible.indexOf(groups) + 1, `${groups}`);
      return { ...s, groups, causal: this.causal.checked, flip: this.flip.checked };
    }

    /** Lay the board anew, or leave its cells, so that they can be seen to move. */
    lay(sameCells = false) {
      this.stop();
      const s = this.settings = this.read();
      for (const [name, slider] of Object.entries(this.sliders))
        if (name !== "groups") place(slider, s[name], s.causal && name === "padding" ? "\u2013" : undefined);
      this.sliders.padding.disabled = s.causal;
      this.revealed = new Set();
      this.scene = { s, shapes: shapes(s) };
      this.compute();
      const { letter, at } = this.chosen, last = times(this.scene.shapes[letter]) - 1;
      this.chosen = { letter, at: Math.max(0, Math.min(at, last)) };
      if (sameCells) this.board.scene = this.scene;
      else this.board.lay(this.scene);
      this.caption.textContent = titleOf(s);
      this.facts.replaceChildren(...facts(s).map(([term, text]) =>
        element("div", {}, element("dt", {}, term), element("dd", {}, ...text.map(coloured)))));
      this.says.style.minHeight = "";
      this.update();
    }

    compute() {
      const { s, shapes: { x, w } } = this.scene;
      const values = { x: this.inputs.list(x), w: this.weights.list(w) };
      values.y = convolve(values, s);
      this.scene.values = values;
      this.value = { ...values, shapes: this.scene.shapes, ...s };
    }

    update() {
      this.board.write((at) => this.secret(at));
      this.program.write(this.scene.values, this.settings);
      this.mark();
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

    mark() {
      const { letter, at } = this.chosen, { values, s } = this.scene, hidden = this.secret(at);
      const said = !outputSize(s) ? [[misfit(s)], misfit(s)] : letter === "x"
        ? [readersOf(at, values, s).map(coloured), inputAloud(at, values, s)]
        : [written(sumOf(at, values, s, hidden)), outputAloud(at, values, s, hidden)];
      light(this.board, this.chosen);
      this.says.classList.toggle("misfit", !outputSize(s));
      this.says.replaceChildren(...said[0]);
      this.spoken.textContent = said[1];
      requestAnimationFrame(() => this.keepHeight());
    }

    /** What is below stays in place when a shorter sentence follows. */
    keepHeight() {
      const high = Number.parseFloat(this.says.style.minHeight) || 0;
      this.says.style.minHeight = `${Math.max(high, this.says.offsetHeight)}px`;
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

    // Steps go from stop to stop: outputs, or inputs if transposed.

    stops() {
      const letter = isSmall("x", this.settings) ? "x" : "y";
      return { letter, count: outputSize(this.settings) && times(this.scene.shapes[letter]) };
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
      const [cell, stage] = [this.board.button(letter, at), this.stage].map((node) => node.getBoundingClientRect());
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
      this.player.textContent = "Play";
    }

    state() {
      const { letter, at } = this.chosen, { shapes: all, values } = this.scene, state = {};
      for (const name in this.sliders) state[name] = this.settings[name];
      for (const name in TICKS) state[name] = Number(this[name].checked);
      if (this.inputs.changed) state.x = values.x.join(",");
      if (this.weights.changed) state.w = values.w.join(",");
      return { ...state, at: [letter, ...unflat(at, all[letter])].join(".") };
    }

    link(node) {
      history.replaceState(null, "", hashWith(location.hash, this.id, this.state()));
      copy(location.href, node, () => "In the address");
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
      this.scrollIntoView();
    }

    /** Set what is possible, and leave the rest as it is. */
    apply(state) {
      for (const [name, slider] of Object.entries(this.sliders)) {
        const value = Number(state.get(name) || Number.NaN);
        if (name === "groups" && value >= 1) this.groups = value;
        else if (Number.isInteger(value) && value >= slider.min && value <= slider.max) slider.value = value;
      }
      for (const name in TICKS) if (state.has(name)) this[name].checked = state.get(name) === "1";
      const shape = shapes(this.read());
      this.inputs.take(state.get("x"), shape.x);
      this.weights.take(state.get("w"), shape.w);
      const [letter, ...index] = (state.get("at") ?? "").split(".");
      const at = /^[xy]$/.test(letter) ? flat(index.map(Number), shape[letter]) : -1;
      if (at >= 0 && `${unflat(at, shape[letter])}` === `${index}`) this.chosen = { letter, at };
      this.lay();
    }
  }

  customElements.define("conv-lab", ConvLab);
})();
