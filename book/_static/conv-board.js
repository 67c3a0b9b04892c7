// The board of the lab figure: input, kernel and output, each as planes of its last two axes;
// in 1D these are the channels and the signal. Positions are in cells.
globalThis.convBoard = (() => {
  "use strict";
  const { range, times, flat, unflat, places, span, pads, room, isSmall } = globalThis.convArithmetic;
  const { number, label, nameOf, planeOfKernel } = globalThis.convWords;
  const TITLES = { x: "Input", w: "Kernel", y: "Output" };
  const GAP = 0.5, WIRES = 1.1; // between the rows of a 1D board

  function element(tag, attributes = {}, ...children) {
    const node = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
    node.append(...children);
    return node;
  }

  const silent = (name, text = "") => element("span", { class: name, "aria-hidden": "true" }, text);

  /** Style variables, in cells. */
  function set(node, variables) {
    for (const [name, value] of Object.entries(variables)) node.style.setProperty(`--${name}`, value);
    return node;
  }

  /** Which plane a place belongs to, and where in it. */
  const spotOf = (place, lengths) => (
    { plane: flat(place.slice(0, -2), lengths.slice(0, -2)), row: place.at(-2), column: place.at(-1) }
  );

  /** What is drawn of an array: around the large side, the padding too. */
  function frameOf(letter, { s, shapes }) {
    const shape = shapes[letter], small = isSmall(letter, s);
    const lengths = [shape[0], ...Array(s.axes).fill(small ? shape[1] : room(s))];
    return { shape, lengths, before: small ? 0 : pads(s)[0] };
  }

  /** The index of a place, or undefined where it is padding. */
  function inner(grid, { shape, before }) {
    const index = grid.map((i, axis) => (axis ? i - before : i));
    return index.every((i, axis) => i >= 0 && i < shape[axis]) ? index : undefined;
  }

  /** The cell that a key leads to, or undefined. */
  function neighbour(at, key, shape) {
    const lengths = [times(shape.slice(0, -2)), ...shape.slice(-2)], place = unflat(at, lengths);
    const [axis, by] = {
      ArrowLeft: [2, -1], ArrowRight: [2, 1], ArrowUp: [1, -1], ArrowDown: [1, 1],
      PageUp: [0, -1], PageDown: [0, 1], Home: [2, -place[2]], End: [2, lengths[2] - 1 - place[2]],
    }[key] ?? [];
    if (!by) return undefined;
    place[axis] += by;
    return place[axis] >= 0 && place[axis] < lengths[axis] ? flat(place, lengths) : undefined;
  }

  class Board {
    /** The owner is told: choose, press (letter, at), weigh, enter (at, value), stop. */
    constructor(owner) {
      this.owner = owner;
      this.rows = {};
      for (const [letter, title] of Object.entries(TITLES)) {
        const naming = { role: "group", "data-letter": letter, "data-title": `${title} ${letter}` };
        this.rows[letter] = element("div", { class: `row ${letter}`, ...naming });
      }
      this.wires = document.createElementNS("http://www.w3.org/2000/svg", "svg");
      this.wires.setAttribute("aria-hidden", "true");
      this.wires.setAttribute("preserveAspectRatio", "none");
      this.node = element("div", { class: "board" }, this.wires, ...Object.values(this.rows));
    }

    lay(scene) {
      Object.assign(this, { scene, cells: { x: [], y: [] }, windows: [], weights: [] });
      for (const letter of ["x", "y"]) this.rows[letter].replaceChildren(...this.planes(letter));
      this.rows.w.replaceChildren(...this.kernels());
      for (const [letter, row] of Object.entries(this.rows)) this.describe(letter, row);
      this.measure();
    }

    describe(letter, row) {
      const { s, shapes } = this.scene, pages = s.axes > 2 ? "slices" : "channels";
      const keys = letter === "w" ? "" : `; arrow keys move, Page Up and Page Down change ${pages}`;
      row.setAttribute("aria-label", `${TITLES[letter]} ${letter}, ${shapes[letter].join(" by ")}${keys}`);
      row.classList.toggle("small", letter === "w" || isSmall(letter, s));
    }

    planes(letter) {
      const { s } = this.scene, frame = frameOf(letter, this.scene), { shape, lengths } = frame;
      const planes = places(lengths.slice(0, -2)).map((grid) => {
        const index = inner(grid, frame);
        return this.plane(lengths, index ? label(letter, index, shape) : "");
      });
      for (const grid of places(lengths)) {
        const index = inner(grid, frame), at = index ? flat(index, shape) : -1;
        const node = index ? this.cell(letter, at) : silent("pad", s.transposed ? "" : "0");
        const { plane, row, column } = spotOf(grid, lengths);
        planes[plane].append(set(node, { row, column: this.column(letter, column) }));
        this.cells[letter].push({ node, at });
      }
      planes.forEach((plane, i) => plane.append(...this.indices(letter, i)));
      if (!isSmall(letter, s)) for (const plane of planes) plane.append(this.window());
      return planes.flatMap((plane, i) => // in 3D a new line for each channel
        (i && s.axes > 2 && i % lengths[1] === 0 ? [silent("break"), plane] : [plane]));
    }

    plane(lengths, name) {
      const node = element("div", { class: "plane", "data-name": name });
      return set(node, { rows: lengths.at(-2), columns: lengths.at(-1) });
    }

    /** In 1D, a cell of the small side stands at the middle of its kernel. */
    column(letter, i) {
      const { s } = this.scene;
      return s.axes === 1 && isSmall(letter, s) ? i * s.stride + (span(s) - 1) / 2 : i;
    }

    cell(letter, at) {
      const node = element("button", { type: "button" });
      node.addEventListener("click", () => this.owner.press(letter, at));
      node.addEventListener("focus", () => this.owner.choose(letter, at));
      node.addEventListener("pointerenter", (event) => {
        if (event.pointerType === "mouse") this.owner.choose(letter, at);
      });
      node.addEventListener("keydown", (event) => this.key(event, letter, at));
      return node;
    }

    key(event, letter, at) {
      const to = neighbour(at, event.key, this.scene.shapes[letter]);
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      if (to !== undefined) {
        event.preventDefault();
        this.owner.stop();
        this.button(letter, to).focus();
      } else if (letter === "x" && /^[0-9-]$/.test(event.key)) this.owner.enter(at, event.key);
    }

    button(letter, at) {
      return this.cells[letter].find((cell) => cell.at === at).node;
    }

    /** The small numbers beside the cells, by which Python calls them. */
    indices(letter, plane) {
      const { s } = this.scene, { shape, before } = frameOf(letter, this.scene), line = s.axes === 1;
      if (plane && s.axes > 2) return [];
      const [edge, row] = line && letter === "y" ? ["below", shape[0]] : ["above", -1];
      const down = line ? (shape[0] > 1 ? shape[0] : 0) : shape.at(-1);
      return [
        ...range(shape.at(-1)).map((i) =>
          set(silent(`index ${edge}`, i), { row, column: this.column(letter, i + before) })),
        ...range(down).map((i) => set(silent("index left", i), { row: line ? i : i + before, column: -1 })),
      ];
    }

    /** The frame that the kernel makes on the large side, with its weights in the corners. */
    window() {
      const { s, shapes } = this.scene, node = silent("window");
      set(node, { rows: s.axes === 1 ? shapes.w[1] : span(s), columns: span(s) });
      const taps = s.axes === 1 ? [] : places([s.kernel, s.kernel]);
      node.append(...taps.map(([row, column]) =>
        set(element("span"), { row: row * s.dilation, column: column * s.dilation })));
      this.windows.push(node);
      return node;
    }

    kernels() {
      const shape = this.scene.shapes.w;
      const planes = range(times(shape.slice(0, -2))).map((i) => this.plane(shape, planeOfKernel(i, shape)));
      for (const place of places(shape)) {
        const node = this.weight(this.weights.length);
        planes[spotOf(place, shape).plane].append(node);
        this.weights.push(node);
      }
      return planes;
    }

    weight(at) {
      const { s, values } = this.scene, name = `Kernel value ${nameOf("w", at, s)}`;
      const node = element("input", { type: "number", step: 1, "aria-label": name, value: values.w[at] });
      node.addEventListener("input", () => this.owner.weigh(at, Number(node.value)));
      return node;
    }

    /** How many cells the board is wide and high, and where its rows begin. */
    measure() {
      const { s, shapes: { x, w, y } } = this.scene, [stops, across, kernel] = w;
      const [left, right] = ["x", "y"].map((letter) => frameOf(letter, this.scene).lengths[1]);
      const side = Math.max(left, right), tops = { x: 0, w: x[0] + (s.transposed ? WIRES : GAP) };
      tops.y = tops.w + across + (s.transposed ? GAP : WIRES);
      Object.assign(this, { tops, high: tops.y + y[0], wide: Math.max(room(s), span(s)) });
      const pairs = s.axes > 2 ? 2 * side : Math.max(left * Math.min(2, x[0]), right * Math.min(2, y[0]), kernel + right);
      const kernels = s.axes < 3 ? across : across * kernel ** 2 > 12 ? kernel : across * kernel;
      set(this.node, {
        cells: [this.wide, left + across * kernel + right, (side > 4 ? 3 : 4) * (side + 1.2)][s.axes - 1],
        high: this.high, stops, across: kernels, pairs: Math.max(pairs, kernels * kernel),
      });
      const narrow = { x: Math.min(2, x[0]), w: kernels > 1 ? kernels : Math.min(3, stops), y: Math.min(2, y[0]) };
      for (const letter in tops) set(this.rows[letter], { top: tops[letter], narrow: narrow[letter] });
      this.node.dataset.axes = s.axes;
      this.wires.setAttribute("viewBox", `0 0 ${this.wide} ${this.high}`);
    }

    write(isSecret) {
      const { values, s } = this.scene;
      for (const letter of ["x", "y"]) {
        for (const { node, at } of this.cells[letter].filter((cell) => cell.at >= 0)) {
          const text = letter === "y" && isSecret(at) ? "?" : number(values[letter][at]);
          node.textContent = text;
          node.classList.toggle("long", text.length > (s.axes > 2 ? 2 : 3));
          node.setAttribute("aria-label", `${nameOf(letter, at, s)} = ${text}`);
        }
      }
    }
  }

  return { Board, element, set, spotOf, frameOf };
})();
