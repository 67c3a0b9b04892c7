// What the lab figure says: sums, sentences, formulas, and plain words for a screen reader.
// A classic script, so that the page also works when opened from a file.
// Texts are lists of strings and of { role, text }, to be coloured by role.
globalThis.convWords = (() => {
  "use strict";
  const { unflat, shapes, linksOf, total } = globalThis.convArithmetic;

  const MINUS = "\u2212", TIMES = "\u00b7", AT_ONCE = 9;
  const number = (v) => String(v).replace("-", MINUS);
  const factor = (v) => (v < 0 ? `(${number(v)})` : number(v));
  const aloud = (v) => String(v).replace("-", "minus ");
  const roles = { x: "input", w: "kernel", y: "output" };
  const say = (letter, text) => ({ role: roles[letter], text });

  /** The index of a cell as Python writes it, without the channels where there is only one. */
  function indexOf(letter, at, s) {
    const shape = shapes(s)[letter], leading = letter === "w" ? 2 : 1;
    return unflat(at, shape).filter((_, axis) => axis >= leading || shape[axis] > 1);
  }

  const nameOf = (letter, at, s) => `${letter}[${indexOf(letter, at, s).join(", ")}]`;

  // --- The sum of an output, in lines as the kernel has rows and in blocks as it has planes. ------

  /** Products in blocks of rows: a block for each plane of the kernel (1D: all channels in one). */
  function blocksOf(links, s) {
    const blocks = new Map(), { w } = shapes(s);
    for (const link of links) {
      const row = Math.floor(link.w / s.kernel), plane = Math.floor(row / s.kernel ** (s.axes > 1));
      const block = s.axes === 1 ? 0 : plane;
      if (!blocks.has(block)) blocks.set(block, { rows: new Map(), plane });
      const { rows } = blocks.get(block);
      rows.set(row, [...(rows.get(row) ?? []), link]);
    }
    return [...blocks.values()].map(({ rows, plane }) => (
      { rows: [...rows.values()], name: `w[${planeName(plane, w)}]` }
    ));
  }

  /** The leading indices of a plane of the kernel: its channels where there are several, its slice. */
  function planeName(plane, shape) {
    const leading = shape.slice(0, -2);
    return unflat(plane, leading).filter((_, axis) => axis > 1 || leading[axis] > 1).join(", ");
  }

  const term = (link, { x, w }) =>
    [say("w", factor(w[link.w])), TIMES, say("x", factor(x[link.at] ?? 0))];

  const line = (row, values, first) =>
    row.map((link, i) => [first && !i ? "" : " + ", ...term(link, values)]);

  /** { head, blocks: [{ name, rows, sum }] }: what is written before the products, and they. */
  function sumOf(at, values, s, hidden) {
    const links = linksOf("y", at, s), result = hidden ? "?" : number(values.y[at]);
    const blocks = blocksOf(links, s).map(({ rows, name }) => ({
      name,
      rows: rows.map((row, i) => line(row, values, !i)),
      sum: hidden ? "?" : number(total(rows.flat(), values)),
    }));
    const parts = blocks.map(({ sum }) => (sum.startsWith(MINUS) ? `(${sum})` : sum)).join(" + ");
    const out = say("y", nameOf("y", at, s));
    if (!blocks.length) return { head: [out, " = ", say("y", result), ": no input reaches it."], blocks };
    if (blocks.length === 1) return { head: [out, " = "], blocks, tail: say("y", result) };
    return { head: [out, " = ", parts, " = ", say("y", result)], blocks };
  }

  // --- The reverse: what becomes of an input. -----------------------------------------------------

  const listed = (items) => items.flatMap((item, i) => (i ? [", ", ...item] : item));

  function reader(link, value, values, s) {
    const out = say("y", nameOf("y", link.at, s)), w = values.w[link.w];
    if (s.transposed) return [out, " as ", say("w", factor(w)), TIMES, say("x", factor(value))];
    return [out, " through ", say("w", `${nameOf("w", link.w, s)} = ${number(w)}`)];
  }

  function readersOf(at, values, s) {
    const all = linksOf("x", at, s), links = all.filter((link) => link.at >= 0);
    const value = values.x[at], input = say("x", `${nameOf("x", at, s)} = ${number(value)}`);
    if (!links.length) return [input, s.transposed ? " reaches no output." : " is read by no output."];
    const verb = s.transposed ? " goes to " : " is read by ";
    const many = links.length > AT_ONCE ? `${links.length} outputs: ` : "";
    const readers = links.map((link) => reader(link, value, values, s));
    const cut = s.transposed ? all.length - links.length : 0;
    return [input, verb + many, ...listed(readers), cut ? `; the padding cuts ${cut} off` : ""];
  }

  // --- Plain words, for a screen reader. ---------------------------------------------------------

  const AXES = ["slice", "row", "column"];

  function placeAloud(letter, at, s) {
    const [channel, ...place] = unflat(at, shapes(s)[letter]), several = shapes(s)[letter][0] > 1;
    const names = s.axes === 1 ? ["number"] : AXES.slice(-s.axes);
    const along = place.map((i, axis) => `${names[axis]} ${i}`);
    return [...(several ? [`channel ${channel}`] : []), ...along].join(", ");
  }

  function outputAloud(at, values, s, hidden) {
    const links = linksOf("y", at, s), result = hidden ? "not shown yet" : aloud(values.y[at]);
    const products = links.map(({ w, at }) => `${aloud(values.w[w])} times ${aloud(values.x[at] ?? 0)}`);
    const sum = links.length > AT_ONCE || !links.length
      ? `The sum of ${links.length} products.` : `${products.join(", plus ")}.`;
    return `Output ${placeAloud("y", at, s)} is ${result}. ${sum}`;
  }

  function inputAloud(at, values, s) {
    const links = linksOf("x", at, s).filter((link) => link.at >= 0), n = links.length;
    const where = n && n <= AT_ONCE
      ? `: ${links.map((link) => placeAloud("y", link.at, s)).join("; ")}` : "";
    const verb = s.transposed ? "It goes to" : "It is read by";
    const outputs = `${n || "no"} output${n === 1 ? "" : "s"}`;
    return `Input ${placeAloud("x", at, s)} is ${aloud(values.x[at])}. ${verb} ${outputs}${where}.`;
  }

  return { number, nameOf, planeName, sumOf, readersOf, outputAloud, inputAloud };
})();
