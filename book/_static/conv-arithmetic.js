// What the lab figure computes and says; it knows nothing of the page.
// A classic script, so that the page also works when opened from a file.
globalThis.convArithmetic = (() => {
  "use strict";

  // --- One axis: integers in, numbers out. ------------------------------------------------------

  const range = (n) => [...Array(n).keys()];

  const span = ({ kernel, dilation }) => dilation * (kernel - 1) + 1;

  const padded = ({ size, padding }) => size + 2 * padding;

  const outputSize = (s) => Math.max(0, Math.floor((padded(s) - span(s)) / s.stride) + 1);

  /** Every multiplication: output `out` reads input `at` (outside it lie zeros) through `tap`. */
  const links = (s) => range(outputSize(s)).flatMap((out) => range(s.kernel).map((tap) => (
    { out, tap, at: out * s.stride + tap * s.dilation - s.padding }
  )));

  const convolve = (x, w, s) => {
    const y = Array(outputSize(s)).fill(0);
    for (const { out, tap, at } of links(s)) y[out] += w[tap] * (x[at] ?? 0);
    return y;
  };

  // --- Words: a list of strings and of { role, text }, to be coloured by role. -------------------

  const MINUS = "\u2212", TIMES = "\u00b7";
  const number = (v) => String(v).replace("-", MINUS);
  const factor = (v) => (v < 0 ? `(${number(v)})` : number(v));
  const says = (role) => (text) => ({ role, text });
  const [ofInput, ofKernel, ofOutput] = ["input", "kernel", "output"].map(says);

  const sumOf = (out, { x, w, y, links }, hidden) => [
    ofOutput(`y[${out}]`), " = ",
    ...links.filter((l) => l.out === out).flatMap(({ tap, at }) => [
      tap ? " + " : "", ofKernel(factor(w[tap])),
      TIMES, ofInput(factor(x[at] ?? 0)),
    ]),
    " = ", ofOutput(hidden ? "?" : number(y[out])),
  ];

  const readersOf = (at, { x, w, links }) => {
    const readers = links.filter((l) => l.at === at);
    return [
      ofInput(`x[${at}] = ${number(x[at])}`),
      readers.length ? " is read by " : " is read by no output.",
      ...readers.flatMap(({ out, tap }, i) => [
        i ? ", " : "", ofOutput(`y[${out}]`), " through ",
        ofKernel(`w[${tap}] = ${number(w[tap])}`),
      ]),
    ];
  };

  const counts = (s, m) => {
    const reach = `${s.dilation}${TIMES}(${s.kernel} ${MINUS} 1)`;
    const room = `${s.size} + 2${TIMES}${s.padding} ${MINUS} ${reach} ${MINUS} 1`;
    return [
      ["Output size", m ? `(${room}) // ${s.stride} + 1 = ${m}` : "none"],
      ["One output spans", `${reach} + 1 = ${span(s)} inputs`],
      ["Parameters", `${s.kernel}`],
      ["Multiplications", `${m}${TIMES}${s.kernel} = ${m * s.kernel}`],
    ];
  };

  const misfit = (s) =>
    [`The kernel does not fit: it spans ${span(s)}, the padded input has ${padded(s)}.`];

  const program = (x, w, s) => [
    "import numpy as np",
    "from convlib import conv1d",
    "",
    `x = np.array([[[${x.join(", ")}]]])`,
    `w = np.array([[[${w.join(", ")}]]])`,
    `conv1d(x, w, stride=${s.stride}, padding=${s.padding}, dilation=${s.dilation})`,
  ].join("\n");

  return {
    range, span, padded, outputSize, links, convolve,
    number, sumOf, readersOf, counts, misfit, program,
  };
})();
