// What the lab figure says. Texts are lists of strings and of { role, text }, coloured by role.
globalThis.convWords = (() => {
  "use strict";
  const { times, unflat, span, pads, room, outputSize, isSmall, shapes, linksOf, total } =
    globalThis.convArithmetic;

  const MINUS = "\u2212", TIMES = "\u00b7", BY = " \u00d7 ", AT_ONCE = 9;
  const number = (v) => String(v).replace("-", MINUS);
  const factor = (v) => (v < 0 ? `(${number(v)})` : number(v));
  const ROLES = { x: "input", w: "kernel", y: "output" };
  const say = (letter, text) => ({ role: ROLES[letter], text });

  /** A cell or a plane as Python writes it, without the channels where there is only one. */
  function label(letter, index, shape) {
    const channels = letter === "w" ? 2 : 1;
    const shown = index.filter((_, axis) => axis >= channels || shape[axis] > 1);
    return shown.length ? `${letter}[${shown.join(", ")}]` : "";
  }

  const nameOf = (letter, at, s) => label(letter, unflat(at, shapes(s)[letter]), shapes(s)[letter]);

  const planeOfKernel = (i, shape) => label("w", unflat(i, shape.slice(0, -2)), shape);

  // The sum of an output.

  /** Products by plane and row of the kernel; in 1D there is one plane, and a channel is a row. */
  function blocksOf(links, s) {
    const blocks = new Map();
    for (const link of links) {
      const row = Math.floor(link.w / s.kernel), plane = s.axes > 1 ? Math.floor(row / s.kernel) : 0;
      const rows = blocks.get(plane) ?? new Map();
      blocks.set(plane, rows.set(row, [...(rows.get(row) ?? []), link]));
    }
    return [...blocks].map(([plane, rows]) => ({ plane, rows: [...rows.values()] }));
  }

  const term = (link, { x, w }, first) => [
    first ? "" : " + ", say("w", factor(w[link.w])), TIMES, say("x", factor(x[link.at] ?? 0)),
  ];

  /** { head, blocks: [{ name, rows of terms, sum }], tail } */
  function sumOf(at, values, s, hidden) {
    const shown = (v) => (hidden ? "?" : v), out = say("y", nameOf("y", at, s));
    const result = say("y", shown(number(values.y[at])));
    const found = blocksOf(linksOf("y", at, s), s), sums = found.map(({ rows }) => total(rows.flat(), values));
    const blocks = found.map(({ plane, rows }, i) => ({
      name: planeOfKernel(plane, shapes(s).w),
      rows: rows.map((row, j) => row.map((link, k) => term(link, values, !j && !k))),
      sum: shown(number(sums[i])),
    }));
    if (!blocks.length) return { blocks, head: [out, " = ", result, ": no input reaches it"] };
    if (blocks.length === 1) return { blocks, head: [out, " = "], tail: [" = ", result] };
    return { blocks, head: [out, " = ", sums.map((v) => shown(factor(v))).join(" + "), " = ", result] };
  }

  // What becomes of an input.

  const listed = (items) => items.flatMap((item, i) => (i ? [", ", ...item] : item));

  function reader(link, value, { w }, s) {
    const out = say("y", nameOf("y", link.at, s));
    if (s.transposed) return [out, " as ", say("w", factor(w[link.w])), TIMES, say("x", factor(value))];
    return [out, " through ", say("w", `${nameOf("w", link.w, s)} = ${number(w[link.w])}`)];
  }

  function readersOf(at, values, s) {
    const all = linksOf("x", at, s), links = all.filter((link) => link.at >= 0);
    const value = values.x[at], input = say("x", `${nameOf("x", at, s)} = ${number(value)}`);
    if (!links.length) return [input, s.transposed ? " reaches no output." : " is read by no output."];
    const verb = s.transposed ? " goes to " : " is read by ";
    const many = links.length > AT_ONCE ? `${links.length} outputs: ` : "";
    const cut = s.transposed ? all.length - links.length : 0;
    return [
      input, verb + many, ...listed(links.map((link) => reader(link, value, values, s))),
      cut ? `; the padding cuts ${cut} off` : "",
    ];
  }

  // Plain words, for a screen reader.

  const aloud = (v) => String(v).replace("-", "minus ");

  function placeAloud(letter, at, s) {
    const [channel, ...place] = unflat(at, shapes(s)[letter]), several = shapes(s)[letter][0] > 1;
    const axes = s.axes === 1 ? ["number"] : ["slice", "row", "column"].slice(-s.axes);
    const along = place.map((i, axis) => `${axes[axis]} ${i}`);
    return [...(several ? [`channel ${channel}`] : []), ...along].join(", ");
  }

  function outputAloud(at, { x, w, y }, s, hidden) {
    const links = linksOf("y", at, s);
    const products = links.map((link) => `${aloud(w[link.w])} times ${aloud(x[link.at] ?? 0)}`);
    const sum = links.length > AT_ONCE || !links.length
      ? `The sum of ${links.length} products` : products.join(", plus ");
    return `Output ${placeAloud("y", at, s)} is ${hidden ? "hidden" : aloud(y[at])}. ${sum}.`;
  }

  function inputAloud(at, { x }, s) {
    const links = linksOf("x", at, s).filter((link) => link.at >= 0), n = links.length;
    const where = n && n <= AT_ONCE
      ? `: ${links.map((link) => placeAloud("y", link.at, s)).join("; ")}` : "";
    const verb = s.transposed ? "It goes to" : "It is read by";
    const outputs = `${n || "no"} output${n === 1 ? "" : "s"}`;
    return `Input ${placeAloud("x", at, s)} is ${aloud(x[at])}. ${verb} ${outputs}${where}.`;
  }

  // Sizes, reach and costs, with their formulas filled in.

  const reach = ({ kernel, dilation }) => `${dilation}${TIMES}(${kernel} ${MINUS} 1)`;

  function sizeFormula(s) {
    const around = s.causal ? `${pads(s)[0]}` : `2${TIMES}${s.padding}`;
    return s.transposed
      ? `(${s.size} ${MINUS} 1)${TIMES}${s.stride} ${MINUS} ${around} + ${reach(s)} + 1 + ${s.output_padding}`
      : `(${s.size} + ${around} ${MINUS} ${reach(s)} ${MINUS} 1) // ${s.stride} + 1`;
  }

  function shapesShown(s) {
    const known = Object.entries(shapes(s)).filter(([, lengths]) => times(lengths));
    return known.flatMap(([letter, lengths], i) => [
      i ? ", " : "", say(letter, letter), ` ${lengths.join(BY)}`.replaceAll(" ", "\u00a0"),
    ]);
  }

  function facts(s) {
    const all = shapes(s), parameters = times(all.w), stops = all[isSmall("x", s) ? "x" : "y"][1] ** s.axes;
    const each = s.axes > 1 ? " along each axis" : "", m = outputSize(s);
    const cut = s.groups > 1 ? `/${s.groups}` : "", kernel = Array(s.axes).fill(s.kernel).join(TIMES);
    const many = s.channels * s.filters > 1
      ? `${s.filters} filters ${TIMES} ${s.channels}${cut} channels ${TIMES} ` : "";
    const [onto, stop] = s.transposed ? ["outputs", "inputs"] : ["inputs", "positions"];
    return [
      [`Output size${each}`, [m ? `${sizeFormula(s)} = ${m}` : "none"]],
      [s.transposed ? "One input spreads over" : "One output spans", [`${reach(s)} + 1 = ${span(s)} ${onto}${each}`]],
      ["Shapes", shapesShown(s)],
      ["Parameters", [many || s.axes > 1 ? `${many}${kernel} = ${parameters}` : kernel]],
      ["Multiplications", [`${stops} ${stop} ${TIMES} ${parameters} weights = ${stops * parameters}`]],
    ];
  }

  /** Why there is no output, with the numbers. */
  function misfit(s) {
    const most = Math.max(s.stride, s.dilation) - 1;
    if (s.output_padding > most)
      return `The output padding does not fit: it is ${s.output_padding}, and it must be below the stride or the dilation, here at most ${most}.`;
    if (s.transposed)
      return `Nothing is left: the kernels cover ${room(s)}, and the padding cuts ${pads(s)[0] + pads(s)[1]} off.`;
    return `The kernel does not fit: it spans ${span(s)}, the padded input has ${room(s)}.`;
  }

  function titleOf(s) {
    const names = [
      s.causal && "causal", s.kernel === 1 && "pointwise", s.kernel > 1 && s.dilation > 1 && "dilated",
      s.groups > 1 && (s.groups === s.channels ? "depthwise" : "grouped"), s.transposed && "transposed",
    ];
    const title = `${[...names, `${s.axes}D`].filter(Boolean).join(" ")} convolution`;
    return title[0].toUpperCase() + title.slice(1) + (s.flip ? ", kernel flipped" : "");
  }

  return { number, label, nameOf, planeOfKernel, sumOf, readersOf, outputAloud, inputAloud, facts, misfit, titleOf };
})();
