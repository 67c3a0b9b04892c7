// Sizes, reach and costs of what the lab figure shows, with their formulas filled in.
// A classic script, so that the page also works when opened from a file.
globalThis.convFacts = (() => {
  "use strict";
  const { span, pads, room, fits, outputSize, sizes, shapes, channelsOf, counts } =
    globalThis.convArithmetic;
  const MINUS = "\u2212", TIMES = "\u00b7";

  const reach = ({ kernel, dilation }) => `${dilation}${TIMES}(${kernel} ${MINUS} 1)`;

  const around = (s) => (s.causal ? `${pads(s)[0]}` : `2${TIMES}${s.padding}`);

  function sizeFormula(s) {
    const m = outputSize(s);
    if (!s.transposed)
      return `(${s.size} + ${around(s)} ${MINUS} ${reach(s)} ${MINUS} 1) // ${s.stride} + 1 = ${m}`;
    const covered = `(${s.size} ${MINUS} 1)${TIMES}${s.stride} ${MINUS} ${around(s)} + ${reach(s)} + 1`;
    return `${covered} + ${s.output_padding} = ${m}`;
  }

  const shape = (lengths) => lengths.join(" \u00d7 ");

  function parameterFormula(s, { parameters }) {
    const { small, large } = channelsOf(s), kernel = Array(s.axes).fill(s.kernel).join(TIMES);
    const channels = small * large > 1 ? `${small}${TIMES}${large / s.groups}${TIMES}` : "";
    return channels || s.axes > 1 ? `${channels}${kernel} = ${parameters}` : `${parameters}`;
  }

  /** Terms with what there is to say of them. */
  function facts(s) {
    const { x, w, y } = shapes(s), cost = counts(s), stops = sizes(s).small ** s.axes;
    const each = s.axes > 1 ? " along each axis" : "";
    const span_ = `${reach(s)} + 1 = ${span(s)}`;
    return [
      ["Output size" + each, fits(s) ? sizeFormula(s) : "none"],
      s.transposed ? ["One input spreads over", `${span_} outputs${each}`]
        : ["One output spans", `${span_} inputs${each}`],
      ["Shapes", fits(s) ? `x ${shape(x)}, w ${shape(w)}, y ${shape(y)}` : `x ${shape(x)}, w ${shape(w)}`],
      ["Parameters", parameterFormula(s, cost)],
      ["Multiplications", `${stops}${TIMES}${cost.parameters} = ${cost.multiplications}`],
    ];
  }

  /** Why there is no output, with the numbers. */
  function misfit(s) {
    const widest = Math.max(s.stride, s.dilation);
    if (s.output_padding >= widest)
      return `The output padding does not fit: it is ${s.output_padding}, and it must be below the stride or the dilation, here at most ${widest - 1}.`;
    if (s.transposed)
      return `Nothing is left: the kernels cover ${room(s)}, and the padding cuts ${pads(s)[0] + pads(s)[1]} off.`;
    return `The kernel does not fit: it spans ${span(s)}, the padded input has ${room(s)}.`;
  }

  /** What the figure shows, by its name. */
  function titleOf(s) {
    const depthwise = s.groups > 1 && s.groups === s.channels;
    const names = [
      s.causal && "causal", s.kernel === 1 && "pointwise", s.kernel > 1 && s.dilation > 1 && "dilated",
      depthwise ? "depthwise" : s.groups > 1 && "grouped", s.transposed && "transposed",
    ].filter(Boolean);
    const title = `${[...names, `${s.axes}D`].join(" ")} convolution`;
    return title[0].toUpperCase() + title.slice(1) + (s.flip ? ", kernel flipped" : "");
  }

  return { facts, misfit, titleOf };
})();
