// What the lab figure computes: integers in, numbers out. It knows nothing of words or pages.
//
// A kernel moves over the *large* side and stops once for each cell of the *small* side. A convolution
// reads the large side (its input) and writes the small one (its output); a transposed convolution is
// the same links read backwards. Arrays are flat, in C order: x (channels, *size), y (filters, *out),
// w (channels of the small side, channels of the large side / groups, *kernel).
globalThis.convArithmetic = (() => {
  "use strict";

  const range = (n) => [...Array(n).keys()];
  const times = (numbers) => numbers.reduce((a, b) => a * b, 1);
  const cube = (n, { axes }) => Array(axes).fill(n);
  const flat = (index, shape) => index.reduce((sum, i, axis) => sum * shape[axis] + i, 0);

  function unflat(at, shape) {
    const index = [];
    for (const n of [...shape].reverse()) {
      index.unshift(at % n);
      at = Math.floor(at / n);
    }
    return index;
  }

  /** All places of an array, in C order. */
  const places = (shape) => range(times(shape)).map((at) => unflat(at, shape));

  // --- One axis. --------------------------------------------------------------------------------

  const span = ({ kernel, dilation }) => dilation * (kernel - 1) + 1;

  /** Zeros around the large side; where that is the output, what is cut off. */
  const pads = (s) => (s.causal ? [span(s) - 1, 0] : [s.padding, s.padding]);

  /** Cells of the large side, the padding included. */
  function room(s) {
    if (s.transposed) return (s.size - 1) * s.stride + span(s) + s.output_padding;
    return s.size + pads(s)[0] + pads(s)[1];
  }

  const fits = (s) => outputSize(s) > 0 && s.output_padding < Math.max(s.stride, s.dilation);

  function outputSize(s) {
    if (s.transposed) return Math.max(0, room(s) - pads(s)[0] - pads(s)[1]);
    return Math.max(0, Math.floor((room(s) - span(s)) / s.stride) + 1);
  }

  const sizes = (s) => {
    const [x, y] = [s.size, fits(s) ? outputSize(s) : 0];
    return s.transposed ? { small: x, large: y } : { small: y, large: x };
  };

  /** Where on the large side each tap lies, for place i of the small side; it may be padding. */
  const fromSmall = (i, s) => range(s.kernel).map((tap) => (
    { tap, other: i * s.stride + tap * s.dilation - pads(s)[0] }
  ));

  /** The same links backwards: which places of the small side lay a tap on place i of the large one. */
  const fromLarge = (i, s) => range(s.kernel).reverse()
    .map((tap) => ({ tap, other: (i + pads(s)[0] - tap * s.dilation) / s.stride }))
    .filter(({ other }) => Number.isInteger(other) && other >= 0 && other < sizes(s).small);

  // --- All axes and channels. -------------------------------------------------------------------

  const sides = (s) => (s.transposed ? { x: "small", y: "large" } : { x: "large", y: "small" });

  const channelsOf = (s) => (s.transposed
    ? { small: s.channels, large: s.filters } : { small: s.filters, large: s.channels });

  const shapes = (s) => ({
    x: [s.channels, ...cube(s.size, s)],
    w: [channelsOf(s).small, channelsOf(s).large / s.groups, ...cube(s.kernel, s)],
    y: [s.filters, ...cube(fits(s) ? outputSize(s) : 0, s)],
  });

  /** The channels that channel c is linked with: where their kernel lies in w, and their number. */
  function partners(c, side, s) {
    const other = side === "small" ? "large" : "small";
    const [mine, theirs] = [side, other].map((name) => channelsOf(s)[name] / s.groups);
    const first = Math.floor(c / mine) * theirs, wide = channelsOf(s).large / s.groups;
    return range(theirs).map((r) => (side === "small"
      ? { at: first + r, w: c * wide + r } : { at: first + r, w: (first + r) * wide + c % mine }));
  }

  /**
   * Every product a cell takes part in: weight `w`, and cell `at` of the other side (-1 is padding).
   * `grid` is that cell's place among the others when the padding is counted too.
   */
  function linksOf(letter, at, s) {
    const side = sides(s)[letter], [c, ...place] = unflat(at, shapes(s)[letter]);
    const onto = side === "small" ? "large" : "small";
    const n = sizes(s)[onto], [before, wide] = side === "small" ? [pads(s)[0], room(s)] : [0, n];
    let links = partners(c, side, s).map((link) => ({ ...link, grid: link.at }));
    for (const i of place) {
      const along = side === "small" ? fromSmall(i, s) : fromLarge(i, s);
      links = links.flatMap((link) => along.map(({ tap, other }) => ({
        w: link.w * s.kernel + (s.flip ? s.kernel - 1 - tap : tap),
        at: link.at < 0 || other < 0 || other >= n ? -1 : link.at * n + other,
        grid: link.grid * wide + other + before,
      })));
    }
    return links;
  }

  const product = ({ w, at }, values) => values.w[w] * (values.x[at] ?? 0);

  const total = (links, values) => links.reduce((sum, link) => sum + product(link, values), 0);

  const convolve = (values, s) =>
    range(times(shapes(s).y)).map((at) => total(linksOf("y", at, s), values));

  /** How many weights there are, and how often one is multiplied: each once at every stop. */
  const counts = (s) => {
    const parameters = times(shapes(s).w);
    return { parameters, multiplications: parameters * sizes(s).small ** s.axes };
  };

  return {
    range, times, flat, unflat, places, span, pads, room, fits, outputSize, sizes, sides,
    channelsOf, shapes, partners, linksOf, product, total, convolve, counts,
  };
})();
