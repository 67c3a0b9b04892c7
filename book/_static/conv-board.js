// The board of the lab figure: input, kernel and output as planes of cells, drawn and lit.
// A classic script, so that the page also works when opened from a file.
//
// Every array is drawn by its last two axes, in as many planes as the axes before them have places;
// in 1D these are the channels and the signal, so there is one plane. Positions are in cells: the
// style sheet turns them into lengths.
globalThis.ConvBoard = (() => {
  "use strict";
  const { range, times, flat, unflat, places, span, pads, room, fits, sides, shapes, linksOf } =
    globalThis.convArithmetic;
  const { number, nameOf, planeName } = globalThis.convWords;
  const TITLES = { x: "Input", w: "Kernel", y: "Output" };
  const GAP = 0.5, WIRES = 1.1; // between the rows of a 1D board

  function element(tag, attributes = {}, ...children) {
    const node = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
    node.append(...children);
    return node;
  }

  const put = (node, row, column) => {
    node.style.setProperty("--row", row);
    node.style.setProperty("--column", column);
    return node;
  };

  const silent = (name, text = "") => element("span", { class: name, "aria-hidden": "true" }, text);

  /** Which plane a place belongs to, and where in it. */
  const spotOf = (place, lengths) => (
    { plane: flat(place.slice(0, -2), lengths.slice(0, -2)), row: place.at(-2), column: place.at(-1) }
  );

  const isSmall = (letter, s) => sides(s)[letter] === "small";

  /** What is drawn of an array: its own places, and around the large side the padding. */
  function frameOf(letter, s) {
    const shape = shapes(s)[letter], padded = !isSmall(letter, s);
    const extent = padded ? room(s) : shape[1];
    return { shape, before: padded ? pads(s)[0] : 0, lengths: [shape[0], ...Array(s.axes).fill(extent)] };
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
    /** `owner` is told what a reader does: choose(letter, at), press(letter, at), weigh(at, value). */
    constructor(owner) {
      this.owner = owner;
      this.rows = {};
      for (const [letter, title] of Object.entries(TITLES)) {
        const naming = { role: "group", "data-letter": letter, "data-title": title };
        this.rows[letter] = element("div", { class: `row ${letter}`, ...naming });
      }
      this.wires = document.createElementNS("http://www.w3.org/2000/svg", "svg");
      this.wires.setAttribute("aria-hidden", "true");
      this.wires.setAttribute("preserveAspectRatio", "none");
      this.node = element("div", { class: "board" }, this.wires, ...Object.values(this.rows));
    }

    // --- New cells, after a setting changed. ------------------------------------------------------

    lay(scene) {
      this.scene = scene;
      this.cells = { x: [], y: [] };
      this.windows = [];
      for (const letter of ["x", "y"]) this.rows[letter].replaceChildren(...this.planes(letter));
      this.rows.w.replaceChildren(...this.kernels());
      for (const [letter, row] of Object.entries(this.rows)) this.describe(letter, row);
      this.measure();
      this.write();
    }

    describe(letter, row) {
      const { s } = this.scene, lengths = shapes(s)[letter].join(" by ");
      const pages = s.axes > 2 ? "slices" : "channels";
      const keys = letter === "w" ? "" : `; arrow keys move, Page Up and Page Down change ${pages}`;
      row.setAttribute("aria-label", `${TITLES[letter]} ${letter}, ${lengths}${keys}`);
    }

    planes(letter) {
      const { s } = this.scene, { shape, before, lengths } = frameOf(letter, s);
      const planes = this.emptyPlanes(letter, lengths, shape[0] > 1);
      for (const grid of places(lengths)) {
        const place = grid.map((i, axis) => (axis ? i - before : i));
        const inside = place.every((i, axis) => i >= 0 && i < shape[axis]);
        const at = inside ? flat(place, shape) : -1, { plane, row, column } = spotOf(grid, lengths);
        const node = inside ? this.cell(letter, at) : silent("pad", s.transposed ? "" : "0");
        planes[plane].append(put(node, row, this.column(letter, column)));
        this.cells[letter].push({ node, at });
      }
      if (!isSmall(letter, s)) planes.forEach((plane) => plane.append(this.window()));
      planes.forEach((plane, i) => plane.append(...this.indices(letter, i)));
      return planes;
    }

    emptyPlanes(letter, lengths, several) {
      const { s } = this.scene, leading = lengths.slice(0, -2), { before, shape } = frameOf(letter, s);
      return range(times(leading)).map((i) => {
        const [channel, slice] = unflat(i, leading);
        const depth = slice === undefined ? [] : [slice - before];
        const outside = depth.some((d) => d < 0 || d >= shape[1]);
        const index = [...(several ? [channel] : []), ...depth];
        const name = index.length && s.axes > 1 && !outside ? `${letter}[${index.join(", ")}]` : "";
        return this.plane(lengths.at(-2), lengths.at(-1), name);
      });
    }

    plane(rows, columns, name) {
      const style = `--rows: ${rows}; --columns: ${columns}`;
      return element("div", { class: "plane", style, "data-name": name });
    }

    /** On a 1D board, a cell of the small side stands over or under the middle of its kernel. */
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
      if (to !== undefined) {
        event.preventDefault();
        this.owner.stop();
        this.button(letter, to).focus();
      } else if (letter === "x" && /^[0-9-]$/.test(event.key) && !event.ctrlKey && !event.metaKey) {
        this.owner.enter(at, event.key);
      }
    }

    /** The small numbers beside the cells that say how to call them. */
    indices(letter, plane) {
      const { s } = this.scene, { shape, before, lengths } = frameOf(letter, s);
      if (plane && s.axes > 2) return [];
      const index = (i, row, column) => put(silent("index", String(i)), row, column);
      const edge = s.axes === 1 && letter === "y" ? shape[0] - 0.1 : -0.85;
      const n = shape.at(-1), across = range(n).map((i) => index(i, edge, this.column(letter, i + before)));
      const downwards = s.axes === 1 ? (shape[0] > 1 ? range(shape[0]) : []) : range(n);
      const shift = s.axes === 1 ? 0 : before;
      return [...across, ...downwards.map((i) => index(i, i + shift, -0.85))];
    }

    /** The frame that the kernel makes on the large side, with its weights in the corners. */
    window() {
      const { s } = this.scene, node = silent("window");
      node.style.setProperty("--columns", span(s));
      const chips = s.axes === 1 ? [] : places([s.kernel, s.kernel]);
      node.append(...chips.map(([i, j]) =>
        put(element("span"), i * s.dilation, j * s.dilation)));
      this.windows.push(node);
      return node;
    }

    kernels() {
      const { s } = this.scene, shape = this.scene.shapes.w, [rows, columns] = shape.slice(-2);
      this.weights = [];
      const planes = range(times(shape.slice(0, -2))).map((i) => {
        const name = planeName(i, shape);
        return this.plane(rows, columns, name && `w[${name}]`);
      });
      for (const place of places(shape)) {
        const node = this.weight(this.weights.length);
        planes[spotOf(place, shape).plane].append(node);
        this.weights.push(node);
      }
      return planes;
    }

    weight(at) {
      const naming = { type: "number", step: 1, "aria-label": `Kernel value ${nameOf("w", at, this.scene.s)}` };
      const node = element("input", naming);
      node.value = this.scene.values.w[at];
      node.addEventListener("input", () => this.owner.weigh(at, Number(node.value)));
      return node;
    }

    /** How many cells the board is wide and high. */
    measure() {
      const { s } = this.scene, { x, w, y } = this.scene.shapes, set = (name, value) => {
        this.node.style.setProperty(name, value);
      };
      this.node.dataset.axes = s.axes;
      const tops = { x: 0, w: x[0] + (s.transposed ? WIRES : GAP) };
      tops.y = tops.w + w[1] + (s.transposed ? GAP : WIRES);
      for (const [letter, row] of Object.entries(this.rows)) row.style.setProperty("--top", tops[letter]);
      Object.assign(this, { tops, wide: Math.max(room(s), span(s)) });
      set("--high", tops.y + y[0]);
      set("--kernels", w[1] * s.kernel ** (s.axes - 2));
      const [left, right] = ["x", "y"].map((letter) => frameOf(letter, s).lengths.at(-1));
      const middle = w[1] * (s.kernel + 0.6);
      set("--cells", s.axes === 1 ? this.wide : s.axes === 2 ? left + middle + right + 4 : Math.max(left, right));
      set("--widest", Math.max(left, right));
      this.wires.setAttribute("viewBox", `0 0 ${this.wide} ${tops.y + y[0]}`);
    }

    // --- New numbers, after a weight or an input changed. -----------------------------------------

    write(isSecret = () => false) {
      const { values, s } = this.scene;
      for (const letter of ["x", "y"]) {
        for (const { node, at } of this.cells[letter]) {
          if (at < 0) continue;
          const text = letter === "y" && isSecret(at) ? "?" : number(values[letter][at]);
          node.textContent = text;
          node.setAttribute("aria-label", `${nameOf(letter, at, s)} = ${text}`);
        }
      }
    }

    // --- New lights, after another cell was chosen. -----------------------------------------------

    mark({ letter, at }) {
      const { s } = this.scene, other = letter === "x" ? "y" : "x";
      const links = at in (this.scene.values[letter] ?? []) && fits(s) ? linksOf(letter, at, s) : [];
      const small = isSmall(letter, s), met = new Map(links.map((link) => [link.grid, link.w]));
      this.light(letter, new Map([[this.gridOf(letter, at), undefined]]), at);
      this.light(other, met, 0, small ? undefined : this.scene.values.w);
      this.lightKernel(links, small || !fits(s) ? at : undefined, letter);
      this.frame(links, small ? at : undefined, letter);
      if (s.axes === 1) this.wire(links, letter, at);
    }

    gridOf(letter, at) {
      return this.cells[letter].findIndex((cell) => cell.at === at);
    }

    light(letter, lit, tabbable, weights) {
      this.cells[letter].forEach(({ node, at }, grid) => {
        node.classList.toggle("lit", lit.has(grid));
        if (at >= 0) node.tabIndex = at === tabbable ? 0 : -1;
        if (weights && lit.has(grid)) node.dataset.note = number(weights[lit.get(grid)]);
        else delete node.dataset.note;
      });
    }

    /** The kernel's weights: which are used, and where they stand. */
    lightKernel(links, at, letter) {
      const { s, shapes: { w: shape } } = this.scene, used = new Set(links.map((link) => link.w));
      const [channel, place] = at === undefined ? [0, 0] : unflat(at, this.scene.shapes[letter]);
      this.rows.w.classList.toggle("away", s.axes === 1 && at === undefined);
      this.weights.forEach((node, i) => {
        const [, ...taps] = unflat(i, shape), [row, column] = taps.slice(-2);
        const turned = (tap) => (s.flip ? s.kernel - 1 - tap : tap);
        node.classList.toggle("lit", used.has(i));
        if (s.axes === 1) put(node, row, (place ?? 0) * s.stride + turned(column) * s.dilation);
        else put(node, turned(row), turned(column));
      });
      [...this.rows.w.children].forEach((plane, i) => {
        plane.hidden = s.axes === 1 && i !== channel;
        if (s.axes > 2 && s.flip) plane.style.order = i - 2 * (i % s.kernel);
      });
    }

    frame(links, at, letter) {
      const { s, values, shapes: all } = this.scene, large = isSmall("x", s) ? "y" : "x";
      const { lengths } = frameOf(large, s), planes = this.windows.map(() => []);
      if (at !== undefined)
        for (const link of links) planes[spotOf(unflat(link.grid, lengths), lengths).plane].push(link);
      const stops = at === undefined ? [] : unflat(at, all[letter]).slice(1).map((i) => i * s.stride);
      this.windows.forEach((node, i) => {
        node.hidden = !planes[i].length;
        if (node.hidden) return;
        const first = unflat(planes[i][0].grid, lengths);
        node.style.setProperty("--rows", s.axes === 1 ? all.w[1] : span(s));
        put(node, s.axes === 1 ? first[0] : stops.at(-2), stops.at(-1));
        [...node.children].forEach((chip, tap) => (chip.textContent = number(values.w[planes[i][tap].w])));
      });
    }

    wire(links, letter, at) {
      const small = isSmall(letter, this.scene.s);
      const ends = links.map((link) => (small ? [at, link] : [link.at, { ...link, grid: this.gridOf(letter, at) }]));
      const paths = new Set(ends.map(([stop, link]) => this.path(stop, link.grid, small)));
      this.wires.innerHTML = [...paths].map((d) => `<path d="${d}"/>`).join("");
    }

    /** From a cell of the small side to one of the large side, or to the kernel that lies on it. */
    path(stop, grid, kernel) {
      const { s, shapes: all } = this.scene, [near, far] = s.transposed ? ["x", "y"] : ["y", "x"];
      const [row, i] = unflat(stop, all[near]), { lengths } = frameOf(far, s);
      const [farRow, column] = unflat(grid, lengths), to = column + 0.5, from = this.column(near, i) + 0.5;
      const start = this.tops[near] + row + (s.transposed ? 1 : 0);
      const edge = kernel ? this.tops.w : this.tops[far] + farRow, size = kernel ? all.w[1] : 1;
      const end = edge + (s.transposed ? 0 : size), bend = (start + end) / 2;
      return `M${to} ${end}C${to} ${bend} ${from} ${bend} ${from} ${start}`;
    }

    button(letter, at) {
      return this.cells[letter].find((cell) => cell.at === at).node;
    }
  }

  return { Board, element };
})();
