// <conv-lab>: the figure in which a reader moves a kernel along an input, one output at a time.
// A classic script without dependencies, so that the page also works when opened from a file.
(() => {
  "use strict";

  // --- Arithmetic of one axis: integers in, numbers out, nothing of the page. -------------------

  const span = ({ kernel, dilation }) => dilation * (kernel - 1) + 1;

  const outputSize = (s) =>
    Math.max(0, Math.floor((s.size + 2 * s.padding - span(s)) / s.stride) + 1);

  /** Every multiplication: output `out` reads input `at` (outside it lie zeros) through `tap`. */
  const links = (s) =>
    range(outputSize(s)).flatMap((out) =>
      range(s.kernel).map((tap) => ({ out, tap, at: out * s.stride + tap * s.dilation - s.padding })));

  const convolve = (x, w, s) => {
    const y = Array(outputSize(s)).fill(0);
    for (const { out, tap, at } of links(s)) y[out] += w[tap] * (x[at] ?? 0);
    return y;
  };

  function range(n) {
    return Array.from({ length: n }, (_, i) => i);
  }

  // --- Words: what the figure says about one cell. ----------------------------------------------

  const MINUS = "\u2212";
  const number = (v) => String(v).replace("-", MINUS);
  const factor = (v) => (v < 0 ? `(${number(v)})` : number(v));
  const coloured = (role, text) => element("span", { class: `conv-${role}` }, text);

  const sumOf = (out, { x, w, y, links }, hidden) => [
    coloured("output", `y[${out}]`), " = ",
    ...links.filter((l) => l.out === out).flatMap(({ tap, at }) => [
      tap ? " + " : "", coloured("kernel", factor(w[tap])), "\u00b7", coloured("input", factor(x[at] ?? 0)),
    ]),
    " = ", coloured("output", hidden ? "?" : number(y[out])),
  ];

  const readersOf = (at, { x, w, links }) => {
    const readers = links.filter((l) => l.at === at);
    return [
      coloured("input", `x[${at}] = ${number(x[at])}`),
      readers.length ? " is read by " : " is read by no output.",
      ...readers.flatMap(({ out, tap }, i) => [
        i ? ", " : "", coloured("output", `y[${out}]`), " through ",
        coloured("kernel", `w[${tap}] = ${number(w[tap])}`),
      ]),
    ];
  };

  const counts = (s, m) => [
    ["Output size",
      `(${s.size} + 2\u00b7${s.padding} ${MINUS} ${s.dilation}\u00b7(${s.kernel} ${MINUS} 1) ${MINUS} 1) // ${s.stride} + 1 = ${m}`],
    ["One output spans", `${s.dilation}\u00b7(${s.kernel} ${MINUS} 1) + 1 = ${span(s)} inputs`],
    ["Parameters", `${s.kernel}`],
    ["Multiplications", `${m}\u00b7${s.kernel} = ${m * s.kernel}`],
  ];

  const program = (x, w, s) => [
    "import numpy as np",
    "from convlib import conv1d",
    "",
    `x = np.array([[[${x.join(", ")}]]])`,
    `w = np.array([[[${w.join(", ")}]]])`,
    `conv1d(x, w, stride=${s.stride}, padding=${s.padding}, dilation=${s.dilation})`,
  ].join("\n");

  // --- Drawing. Positions are in cells; the style sheet turns them into lengths. -----------------

  function element(tag, attributes = {}, ...children) {
    const node = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
    node.append(...children);
    return node;
  }

  const SLIDERS = [
    ["size", "Input size", 1, 12, 8],
    ["kernel", "Kernel size", 1, 5, 3],
    ["stride", "Stride", 1, 4, 1],
    ["padding", "Padding", 0, 3, 0],
    ["dilation", "Dilation", 1, 3, 1],
  ];
  const PADDED_BOTTOM = 1, KERNEL_BOTTOM = 2.5, OUTPUT_TOP = 3.6;
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
      const row = (name, label) => element("div", { class: `row ${name}`, role: "group", "aria-label": label, "data-letter": name });
      this.rows = { x: row("x", "Input x"), w: row("w", "Kernel w"), y: row("y", "Output y") };
      this.wires = document.createElementNS("http://www.w3.org/2000/svg", "svg");
      this.wires.setAttribute("aria-hidden", "true");
      this.wires.setAttribute("preserveAspectRatio", "none");
      this.board = element("div", { class: "board" }, this.rows.x, this.rows.w, this.wires, this.rows.y);
      this.board.addEventListener("keydown", (event) => this.move(event));
      this.says = element("p", { class: "says", role: "status" });
      this.counts = element("dl");
      this.code = element("code");
      this.replaceChildren(
        element("div", { class: "stage" }, this.board), this.says, this.buttons(), controls, this.counts,
        element("div", { class: "program" },
          element("pre", { tabindex: 0, role: "group", "aria-label": "The same in Python" }, this.code), this.copyButton()),
      );
    }

    buttons() {
      const button = (text, act) => {
        const node = element("button", { type: "button" }, text);
        node.addEventListener("click", act);
        return node;
      };
      this.player = button("Play", () => (this.timer ? this.pause() : this.play()));
      this.predict = element("input", { type: "checkbox", name: "predict" });
      this.predict.addEventListener("change", () => this.lay());
      return element("div", { class: "buttons" },
        button("Back", () => this.step(-1)), button("Step", () => this.step(1)), this.player,
        element("label", {}, this.predict, " Predict first: an output shows when you press it"));
    }

    copyButton() {
      const node = element("button", { type: "button" }, "Copy");
      node.addEventListener("click", async () => {
        await navigator.clipboard.writeText(this.code.textContent);
        node.textContent = "Copied";
        setTimeout(() => (node.textContent = "Copy"), 2000);
      });
      return node;
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
      const cells = s.size + 2 * s.padding, m = outputSize(s);
      this.board.style.setProperty("--cells", cells);
      this.wires.setAttribute("viewBox", `0 0 ${cells} ${OUTPUT_TOP}`);
      this.rows.x.replaceChildren(...range(cells).map((column) => {
        const at = column - s.padding, inside = at >= 0 && at < s.size;
        return inside ? this.cell("x", at, column) : this.zero(column);
      }));
      this.rows.y.replaceChildren(...range(m).map((i) => this.cell("y", i, i * s.stride + (span(s) - 1) / 2)));
      this.rows.w.replaceChildren(...(m ? range(s.kernel).map((tap) => this.weight(tap)) : []));
      this.chosen = { row: "y", index: Math.min(this.chosen.row === "y" ? this.chosen.index : 0, Math.max(0, m - 1)) };
      this.update();
    }

    cell(row, index, column) {
      const node = element("button", { type: "button", "data-index": index, style: `--column: ${column}` });
      node.addEventListener("pointerenter", (event) => event.pointerType === "mouse" && this.choose(row, index));
      node.addEventListener("focus", () => this.choose(row, index));
      node.addEventListener("click", () => this.reveal(row, index));
      return node;
    }

    zero(column) {
      return element("span", { class: "zero", "aria-hidden": "true", style: `--column: ${column}` }, "0");
    }

    weight(tap) {
      const node = element("input", { type: "number", step: 1, "aria-label": `Kernel value w[${tap}]` });
      node.value = this.weights[tap];
      node.addEventListener("input", () => {
        this.weights[tap] = Number(node.value);
        this.update();
      });
      return node;
    }

    /** New numbers, after a weight or the chosen cell changed. */
    update() {
      const s = this.settings, x = this.inputs.slice(0, s.size), w = this.weights.slice(0, s.kernel);
      this.value = { x, w, y: convolve(x, w, s), ...s };
      this.scene = { ...this.value, links: links(s) };
      this.mark();
      const m = this.value.y.length;
      this.counts.replaceChildren(...counts(s, m).map(([term, text]) =>
        element("div", {}, element("dt", {}, term), element("dd", {}, text))));
      this.code.textContent = program(x, w, s);
    }

    mark() {
      const { row, index } = this.chosen, { links, y } = this.scene, s = this.settings;
      const active = links.filter((l) => (row === "y" ? l.out : l.at) === index);
      const lit = { x: new Set(active.map((l) => l.at)), y: new Set(active.map((l) => l.out)) };
      lit[row].add(index);
      for (const name of ["x", "y"]) {
        for (const node of this.rows[name].children) {
          const i = "index" in node.dataset ? Number(node.dataset.index) : Number(node.style.getPropertyValue("--column")) - s.padding;
          node.classList.toggle("lit", lit[name].has(i));
          if ("index" in node.dataset) this.label(node, name, i);
        }
      }
      this.rows.w.classList.toggle("away", row === "x");
      range(this.rows.w.children.length).forEach((tap) =>
        this.rows.w.children[tap].style.setProperty("--column", (row === "y" ? index : 0) * s.stride + tap * s.dilation));
      this.wire(active, row);
      this.says.replaceChildren(...this.sentence(row, index, y.length));
    }

    label(node, row, index) {
      const hidden = row === "y" && this.secret(index);
      const text = hidden ? "?" : number(this.scene[row][index]);
      const current = row === this.chosen.row && index === this.chosen.index;
      node.textContent = text;
      node.setAttribute("aria-label", `${row}[${index}] = ${text}`);
      node.tabIndex = current || (row !== this.chosen.row && index === 0) ? 0 : -1;
    }

    sentence(row, index, m) {
      const s = this.settings;
      if (!m) return [`The kernel does not fit: it spans ${span(s)}, the padded input has ${s.size + 2 * s.padding}.`];
      return row === "y" ? sumOf(index, this.scene, this.secret(index)) : readersOf(index, this.scene);
    }

    wire(active, row) {
      const s = this.settings, middle = (span(s) - 1) / 2 + 0.5;
      const top = row === "y" ? KERNEL_BOTTOM : PADDED_BOTTOM, bend = (top + OUTPUT_TOP) / 2;
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
      const row = event.target.closest(".x, .y"), all = [...(row?.querySelectorAll("button") ?? [])];
      const here = all.indexOf(event.target);
      const to = { ArrowLeft: here - 1, ArrowRight: here + 1, Home: 0, End: all.length - 1 }[event.key];
      if (here < 0 || !all[to]) return;
      event.preventDefault();
      this.pause();
      all[to].focus();
    }

    step(by) {
      const m = this.value.y.length, from = this.chosen.row === "y" ? this.chosen.index : -1;
      this.pause();
      if (m) this.choose("y", (from + by + m) % m);
    }

    play() {
      this.player.textContent = "Pause";
      this.timer = setInterval(() => {
        const next = this.chosen.row === "y" ? this.chosen.index + 1 : 0;
        if (next < this.value.y.length) this.choose("y", next);
        else this.pause();
      }, STEP_MS);
      if (this.chosen.index === this.value.y.length - 1) this.choose("y", 0);
    }

    pause() {
      clearInterval(this.timer);
      this.timer = undefined;
      if (this.player) this.player.textContent = "Play";
    }
  }

  customElements.define("conv-lab", ConvLab);
})();
