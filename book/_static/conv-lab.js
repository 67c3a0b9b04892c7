// <conv-lab>: the figure in which a reader moves a kernel along an input, one output at a time.
// A classic script, so that the page also works when opened from a file; needs conv-arithmetic.js.
(() => {
  "use strict";
  const {
    range, span, padded, outputSize, links, convolve,
    number, sumOf, readersOf, counts, misfit, program,
  } = globalThis.convArithmetic;

  function element(tag, attributes = {}, ...children) {
    const node = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
    node.append(...children);
    return node;
  }

  function button(text, act) {
    const node = element("button", { type: "button" }, text);
    node.addEventListener("click", act);
    return node;
  }

  const coloured = (part) =>
    part.role ? element("span", { class: `conv-${part.role}` }, part.text) : part;

  /** A cell of the padding: to look at, not to reach. */
  function zero(at, column) {
    const place = { "data-at": at, style: `--column: ${column}` };
    return element("span", { ...place, "aria-hidden": "true" }, "0");
  }

  const SLIDERS = [
    ["size", "Input size", 1, 12, 8],
    ["kernel", "Kernel size", 1, 5, 3],
    ["stride", "Stride", 1, 4, 1],
    ["padding", "Padding", 0, 3, 0],
    ["dilation", "Dilation", 1, 3, 1],
  ];
  // Positions are in cells; the style sheet turns them into lengths.
  const INPUT_BOTTOM = 1, KERNEL_BOTTOM = 2.5, OUTPUT_TOP = 3.6;
  const STEP_MS = 1200;

  class ConvLab extends HTMLElement {
    connectedCallback() {
      if (this.sliders) return;
      const list = (name, filling) => {
        const given = (this.getAttribute(name) ?? "").split(",").filter(Boolean).map(Number);
        return [...given, ...filling.slice(given.length)];
      };
      this.inputs = list("x", [3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5, 8]);
      this.weights = list("w", [1, 0, -1, 2, 1]);
      this.chosen = { row: "y", index: 0 };
      this.build();
      this.lay();
    }

    disconnectedCallback() {
      this.pause();
    }

    /** The parts that stay: sliders, rows, buttons, counts, code. */
    build() {
      this.sliders = {};
      const controls = element("fieldset", { "aria-label": "Settings" });
      for (const [name, text, min, max, usual] of SLIDERS) {
        const slider = element("input", { type: "range", name, min, max });
        slider.value = this.getAttribute(name) ?? usual;
        slider.addEventListener("input", () => this.lay());
        this.sliders[name] = slider;
        controls.append(element("label", {}, element("span", {}, text), slider, element("output")));
      }
      this.rows = {};
      for (const [letter, name] of [["x", "Input x"], ["w", "Kernel w"], ["y", "Output y"]]) {
        const naming = { role: "group", "aria-label": name, "data-letter": letter };
        this.rows[letter] = element("div", { class: `row ${letter}`, ...naming });
      }
      this.wires = document.createElementNS("http://www.w3.org/2000/svg", "svg");
      this.wires.setAttribute("aria-hidden", "true");
      this.wires.setAttribute("preserveAspectRatio", "none");
      const { x, w, y } = this.rows;
      this.board = element("div", { class: "board" }, x, w, this.wires, y);
      this.board.addEventListener("keydown", (event) => this.move(event));
      this.says = element("p", { class: "says", role: "status" });
      this.counts = element("dl");
      this.stage = element("div", { class: "stage" }, this.board);
      this.replaceChildren(
        this.stage, this.says, this.buttons(), controls, this.counts, this.program());
    }

    buttons() {
      this.player = button("Play", () => (this.timer ? this.pause() : this.play()));
      this.predict = element("input", { type: "checkbox", name: "predict" });
      this.predict.addEventListener("change", () => this.lay());
      return element("div", { class: "buttons" },
        button("Back", () => this.step(-1)), button("Step", () => this.step(1)), this.player,
        element("label", {}, this.predict, " Predict first: an output shows when you press it"));
    }

    program() {
      this.code = element("code");
      const naming = { tabindex: 0, role: "group", "aria-label": "The same in Python" };
      const copy = button("Copy", async () => {
        try {
          await navigator.clipboard.writeText(this.code.textContent);
          copy.textContent = "Copied";
        } catch { // the browser keeps its clipboard to itself on this page
          getSelection().selectAllChildren(this.code);
          copy.textContent = "Selected";
        }
        setTimeout(() => (copy.textContent = "Copy"), 2000);
      });
      return element("div", { class: "program" }, element("pre", naming, this.code), copy);
    }

    /** New cells, after a slider moved. */
    lay() {
      const s = this.settings = {};
      for (const [name, slider] of Object.entries(this.sliders)) {
        s[name] = Number(slider.value);
        slider.nextElementSibling.value = slider.value;
      }
      this.pause();
      this.revealed = new Set();
      const m = outputSize(s), middle = (span(s) - 1) / 2;
      this.board.style.setProperty("--cells", padded(s));
      this.wires.setAttribute("viewBox", `0 0 ${padded(s)} ${OUTPUT_TOP}`);
      this.rows.x.replaceChildren(...range(padded(s)).map((column) => {
        const at = column - s.padding;
        return at in this.inputs && at < s.size ? this.cell("x", at, column) : zero(at, column);
      }));
      const outputs = range(m).map((i) => this.cell("y", i, i * s.stride + middle));
      this.rows.y.replaceChildren(...outputs);
      this.rows.w.replaceChildren(...range(m ? s.kernel : 0).map((tap) => this.weight(tap)));
      const before = this.chosen.row === "y" ? this.chosen.index : 0;
      this.chosen = { row: "y", index: Math.max(0, Math.min(before, m - 1)) };
      this.update();
    }

    cell(row, index, column) {
      const node = button("", () => this.reveal(row, index));
      node.dataset.at = index;
      node.style.setProperty("--column", column);
      node.addEventListener("focus", () => this.choose(row, index));
      node.addEventListener("pointerenter", (event) => {
        if (event.pointerType === "mouse") this.choose(row, index);
      });
      return node;
    }

    weight(tap) {
      const naming = { type: "number", step: 1, "aria-label": `Kernel value w[${tap}]` };
      const node = element("input", naming);
      node.value = this.weights[tap];
      node.addEventListener("input", () => {
        this.weights[tap] = Number(node.value);
        this.update();
      });
      return node;
    }

    /** New numbers, after a weight or the chosen cell changed. */
    update() {
      const s = this.settings;
      const x = this.inputs.slice(0, s.size), w = this.weights.slice(0, s.kernel);
      this.value = { x, w, y: convolve(x, w, s), ...s };
      this.scene = { ...this.value, links: links(s) };
      this.counts.replaceChildren(...counts(s, this.value.y.length).map(([term, text]) =>
        element("div", {}, element("dt", {}, term), element("dd", {}, text))));
      this.code.textContent = program(x, w, s);
      this.mark();
    }

    /** What belongs to the chosen cell: lit cells, the kernel's place, lines, the sentence. */
    mark() {
      const { row, index } = this.chosen, { links, stride, dilation } = this.scene;
      const active = links.filter((l) => (row === "y" ? l.out : l.at) === index);
      const lit = { x: new Set(active.map((l) => l.at)), y: new Set(active.map((l) => l.out)) };
      lit[row].add(index);
      for (const name of ["x", "y"]) {
        for (const node of this.rows[name].children) {
          const at = Number(node.dataset.at);
          node.classList.toggle("lit", lit[name].has(at));
          if (node.tagName === "BUTTON") this.label(node, name, at);
        }
      }
      this.rows.w.classList.toggle("away", row === "x");
      const first = row === "y" ? index * stride : 0;
      [...this.rows.w.children].forEach((weight, tap) =>
        weight.style.setProperty("--column", first + tap * dilation));
      this.wire(active, row);
      this.says.replaceChildren(...this.sentence(row, index).map(coloured));
    }

    sentence(row, index) {
      if (!this.value.y.length) return misfit(this.settings);
      if (row === "x") return readersOf(index, this.scene);
      return sumOf(index, this.scene, this.secret(index));
    }

    label(node, row, index) {
      const hidden = row === "y" && this.secret(index);
      const text = hidden ? "?" : number(this.scene[row][index]);
      const current = row === this.chosen.row && index === this.chosen.index;
      node.textContent = text;
      node.setAttribute("aria-label", `${row}[${index}] = ${text}`);
      node.tabIndex = current || (row !== this.chosen.row && index === 0) ? 0 : -1;
    }

    wire(active, row) {
      const s = this.settings, middle = (span(s) - 1) / 2 + 0.5;
      const top = row === "y" ? KERNEL_BOTTOM : INPUT_BOTTOM, bend = (top + OUTPUT_TOP) / 2;
      this.wires.innerHTML = active.map(({ out, at }) => {
        const from = at + s.padding + 0.5, to = out * s.stride + middle;
        return `<path d="M${from} ${top}C${from} ${bend} ${to} ${bend} ${to} ${OUTPUT_TOP}"/>`;
      }).join("");
    }

    secret(index) {
      return this.predict.checked && !this.revealed.has(index);
    }

    choose(row, index) {
      if (row === this.chosen.row && index === this.chosen.index) return;
      this.chosen = { row, index };
      this.mark();
    }

    reveal(row, index) {
      this.pause();
      if (row === "y") this.revealed.add(index);
      this.chosen = { row, index };
      this.mark();
    }

    move(event) {
      const all = [...event.target.parentElement.querySelectorAll("button")];
      const here = all.indexOf(event.target), last = all.length - 1;
      const to = { ArrowLeft: here - 1, ArrowRight: here + 1, Home: 0, End: last }[event.key];
      if (!all[to]) return;
      event.preventDefault();
      this.pause();
      all[to].focus();
    }

    step(by) {
      const m = this.value.y.length, from = this.chosen.row === "y" ? this.chosen.index : -1;
      this.pause();
      if (m) this.show((from + by + m) % m);
    }

    show(index) {
      this.choose("y", index);
      this.stage.scrollLeft = this.rows.y.children[index].offsetLeft - this.stage.clientWidth / 2;
    }

    play() {
      this.player.textContent = "Pause";
      this.timer = setInterval(() => {
        const next = this.chosen.row === "y" ? this.chosen.index + 1 : 0;
        if (next < this.value.y.length) this.show(next);
        else this.pause();
      }, STEP_MS);
      if (this.chosen.index === this.value.y.length - 1) this.show(0);
    }

    pause() {
      clearInterval(this.timer);
      this.timer = undefined;
      if (this.player) this.player.textContent = "Play";
    }
  }

  customElements.define("conv-lab", ConvLab);
})();
