// The program that computes what the lab figure shows, for convlib and for PyTorch.
// A classic script, so that the page also works when opened from a file.
globalThis.convPrograms = (() => {
  "use strict";
  const { range, shapes, pads } = globalThis.convArithmetic;
  const WIDTH = 72;

  /** The numbers, broken into lines that fit. */
  function listed(numbers) {
    const lines = [""];
    for (const text of numbers.map((v, i) => `${v}${i < numbers.length - 1 ? ", " : ""}`)) {
      if ((lines.at(-1) + text).length > WIDTH) lines.push("");
      lines.push(lines.pop() + text);
    }
    return `[${lines.map((line) => line.trim()).join("\n    ")}]`;
  }

  const tuple = (shape) => `(${shape.join(", ")})`;

  const axesFromTheEnd = ({ axes }) => range(axes).map((axis) => axis - axes);

  /** Only what differs from the usual, in the order in which the sliders stand. */
  function options(s, padding) {
    const given = [
      ["stride", s.stride, 1], ["padding", padding, 0], ["output_padding", s.output_padding, 0],
      ["dilation", s.dilation, 1], ["groups", s.groups, 1],
    ];
    return given.filter(([, value, usual]) => value !== usual)
      .map(([name, value]) => `, ${name}=${value}`).join("");
  }

  function convlib(values, s) {
    const { x, w } = shapes(s), call = `conv${s.transposed ? "_transpose" : ""}${s.axes}d`;
    const flips = Array(s.axes).fill("::-1").join(", ");
    const [before] = pads(s), causal = s.stride === 1 ? '"causal"' : `[${Array(s.axes).fill(`(${before}, 0)`).join(", ")}]`;
    return [
      "import numpy as np",
      `from convlib import ${call}`,
      "",
      `x = np.array(${listed(values.x)}).reshape${tuple([1, ...x])}`,
      `w = np.array(${listed(values.w)}).reshape${tuple(w)}`,
      ...(s.flip ? [`w = w[..., ${flips}]  # as in mathematics`] : []),
      `${call}(x, w${options(s, s.causal ? causal : s.padding)})`,
    ].join("\n");
  }

  /** PyTorch pads both sides alike; what is to lie before alone is padded, or cut off, by hand. */
  function torch(values, s) {
    const { x, w } = shapes(s), call = `F.conv${s.transposed ? "_transpose" : ""}${s.axes}d`;
    const [before] = pads(s), byHand = s.causal && before > 0;
    const cut = byHand && s.transposed ? `[..., ${Array(s.axes).fill(`${before}:`).join(", ")}]` : "";
    return [
      "import torch",
      "import torch.nn.functional as F",
      "",
      `x = torch.tensor(${listed(values.x)}).reshape${tuple([1, ...x])}.float()`,
      `w = torch.tensor(${listed(values.w)}).reshape${tuple(w)}.float()`,
      ...(s.flip ? [`w = w.flip${tuple(axesFromTheEnd(s))}  # as in mathematics`] : []),
      ...(byHand && !s.transposed ? [`x = F.pad(x, ${tuple(Array(s.axes).fill(`${before}, 0`))})`] : []),
      `${call}(x, w${options(s, s.causal ? 0 : s.padding)})${cut}`,
    ].join("\n");
  }

  return { convlib, PyTorch: torch };
})();
