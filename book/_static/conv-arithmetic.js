// What the lab figure computes: integers in, numbers out.
//
// A kernel moves over the large side and stops for each cell of the small side. A convolution reads
// the large side and writes the small one; a transposed convolution is the same read backwards.
// Arrays are flat, in C order: x (channels, *size), y (filters, *out),
// w (channels of the small side, those of the large side / groups, *kernel).
globalThis.convArithmetic = (() => {
  "use strict";

  const range = (n) => [...Array(n).keys()];
  const times = (numbers) => numbers.reduce((a, b) => a * b, 1);
  const flat = (index, shape) => index.reduce((sum, i, axis) => sum * shape[axis] + i, 0);

  function unflat(at, shape) {
    const index = [];
    for (const n of [...shape].reverse()) {
      index.unshift(at % n);
      at = Math.floor(at / n);
    }
    return index;
  }

  const places = (shape) => range(times(shape)).map((at) => unflat(at, shape));

  // One axis.

  const span = ({ kernel, dilation }) => dilation * (kernel - 1) + 1;

  /** Zeros before and after the large side; where that is the output, what is cut off. */
  const pads = (s) => (s.causal ? [span(s) - 1, 0] : [s.padding, s.padding]);

  /** Cells of the large side, the padding included. */
  function room(s) {
    if (s.transposed) return (s.size - 1) * s.stride + span(s) + s.output_padding;
    return s.size + pads(s)[0] + pads(s)[1];
  }

  function outputSize(s) {
    if (s.output_padding >= Math.max(s.stride, s.dilation)) return 0;
    if (s.transposed) return Math.max(0, room(s) - pads(s)[0] - pads(s)[1]);
    return Math.max(0, Math.floor((room(s) - span(s)) / s.stride) + 1);
  }

  /** Where on the large side, or in the padding, each tap lies for place i of the small side. */
  const fromSmall = (i, s) => range(s.kernel).map((tap) => (
    { tap, other: i * s.stride + tap * s.dilation - pads(s)[0] }
  ));

  /** Backwards: which of n places of the small side lay a tap on place i. */
  const fromLarge = (i, s, n) => range(s.kernel).reverse()
    .map((tap) => ({ tap, other: (i + pads(s)[0] - tap * s.dilation) / s.stride }))
    .filter(({ other }) => Number.isInteger(other) && other >= 0 && other < n);

  // All axes and channels.

  const isSmall = (letter, s) => (letter === "x") === s.transposed;

  function shapes(s) {
    const [small, large] = s.transposed ? [s.channels, s.filters] : [s.filters, s.channels];
    const cube = (n) => Array(s.axes).fill(n);
    return {
      x: [s.channels, ...cube(s.size)],
      w: [small, large / s.groups, ...cube(s.kernel)],
      y: [s.filters, ...cube(outputSize(s))],
    };
  }

  /** The channels that channel c is linked with, and where in w the kernel between them lies. */
  function partners(c, small, s) {
    const [stops, wide] = shapes(s).w, tall = stops / s.groups;
    const [mine, theirs] = small ? [tall, wide] : [wide, tall], first = Math.floor(c / mine) * theirs;
    return range(theirs).map((r) => first + r)
      .map((at) => ({ at, grid: at, w: small ? c * wide + at - first : at * wide + c % mine }));
  }

  /**
   * Every product of a cell: weight `w`, and cell `at` of the other side (-1 is padding);
   * `grid` is its place when the padding is counted too.
   */
  function linksOf(letter, at, s) {
    const small = isSmall(letter, s), all = shapes(s), [c, ...place] = unflat(at, all[letter]);
    const n = all[letter === "x" ? "y" : "x"][1], [before, wide] = small ? [pads(s)[0], room(s)] : [0, n];
    let links = partners(c, small, s);
    for (const i of place) {
      const along = small ? fromSmall(i, s) : fromLarge(i, s, n);
      links = links.flatMap((link) => along.map(({ tap, other }) => ({
        w: link.w * s.kernel + (s.flip ? s.kernel - 1 - tap : tap),
        at: link.at < 0 || other < 0 || other >= n ? -1 : link.at * n + other,
        grid: link.grid * wide + other + before,
      })));
    }
    return links;
  }

  const total = (links, values) =>
    links.reduce((sum, { w, at }) => sum + values.w[w] * (values.x[at] ?? 0), 0);

  const convolve = (values, s) =>
    range(times(shapes(s).y)).map((at) => total(linksOf("y", at, s), values));

  return {
    range, times, flat, unflat, places, span, pads, room, outputSize, isSmall, shapes, linksOf,
    total, convolve,
  };
})();
