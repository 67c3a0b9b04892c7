// What can be set in the lab figure: sliders, numbers, and the state as text.
globalThis.convSettings = (() => {
  "use strict";
  const { range, places } = globalThis.convArithmetic;

  // Name, label, role, least; most and usual for one, two and three axes.
  const SLIDERS = [
    ["size", "Input size", "input", 1, [12, 8, 5], [8, 5, 4]],
    ["kernel", "Kernel size", "kernel", 1, [5, 5, 3], [3, 3, 2]],
    ["stride", "Stride", "kernel", 1, [4, 3, 2], [1, 1, 1]],
    ["padding", "Padding", "input", 0, [3, 2, 1], [0, 0, 0]],
    ["dilation", "Dilation", "kernel", 1, [4, 3, 2], [1, 1, 1]],
    ["output_padding", "Output padding", "output", 0, [3, 2, 1], [0, 0, 0]],
    ["channels", "Input channels", "input", 1, [4, 4, 4], [1, 1, 1]],
    ["filters", "Filters", "output", 1, [4, 4, 4], [1, 1, 1]],
    ["groups", "Groups", "kernel", 1, [4, 4, 4], [1, 1, 1]],
  ];
  const SPREAD = { size: [4, 3, 2], stride: [2, 2, 2] }; // usual where the kernel spreads out
  const MANY = ["channels", "filters", "groups"];

  /** The sliders that a figure has by its attributes. */
  function slidersOf(node, { axes, transposed }) {
    const many = MANY.some((name) => node.hasAttribute(name));
    const shown = ([name]) =>
      (name !== "output_padding" || transposed) && (many || !MANY.includes(name));
    return SLIDERS.filter(shown).map(([name, text, role, min, most, usual]) => {
      const given = Number.parseInt(node.getAttribute(name.replace("_", "-")), 10);
      const value = given >= min ? given : ((transposed && SPREAD[name]) || usual)[axes - 1];
      return { name, text, role, min, value, max: Math.max(most[axes - 1], value) };
    });
  }

  /** The possible numbers of groups. */
  const divisors = ({ channels, filters }) =>
    range(Math.min(channels, filters)).map((i) => i + 1)
      .filter((g) => channels % g === 0 && filters % g === 0);

  // Numbers to start from: digits of pi, and kernels with a meaning.
  const DIGITS = "314159265358979323846264338327950288419716939937510582097494459230781640";
  const PATTERNS = [
    [[1, 2, 1, 2, 1], [1, 0, -1, 2, 1]], // an edge along the last axis
    [[1, 0, -1, 0, 1], [1, 2, 1, 2, 1]], // an edge across it
    [[1, 1, 1, 1, 1], [1, 1, 1, 1, 1]], // a sum
    [[0, 1, 0, 1, 0], [-1, 2, -1, 0, 0]], // a ridge
  ];
  const TENT = [[1, 2, 1, 2, 1], [1, 2, 1, 2, 1]]; // what spreads a number out evenly

  const digit = ([channel, ...place]) => {
    const along = place.reduce((sum, i) => sum * 8 + i, 0);
    return Number(DIGITS[(along + 17 * channel) % DIGITS.length]);
  };

  const weight = ([a, b, ...taps], transposed) => {
    const patterns = transposed ? [TENT, ...PATTERNS] : PATTERNS;
    const [across, along] = patterns[(a + b) % patterns.length];
    const last = taps.pop();
    return taps.reduce((value, tap) => value * (across[tap] ?? 1), along[last] ?? 1);
  };

  /** Numbers that keep their place when the shape changes: the given ones, then our own. */
  class Numbers {
    constructor(text, shape, own) {
      this.own = own;
      this.given = {};
      const numbers = (text ?? "").split(",").map((part) => Number.parseFloat(part));
      places(shape).forEach((place, at) => {
        if (Number.isFinite(numbers[at])) this.given[place] = numbers[at];
      });
      this.reset();
    }

    reset() {
      this.changed = false;
      this.kept = { ...this.given };
    }

    list(shape) {
      return places(shape).map((place) => this.kept[place] ?? this.own(place));
    }

    set(place, value) {
      this.changed = true;
      this.kept[place] = value;
    }

    /** A whole array, from text; if it is none, nothing. */
    take(text, shape) {
      const numbers = (text ?? "").split(",").map(Number), all = places(shape);
      if (!text || numbers.length !== all.length || !numbers.every(Number.isFinite)) return;
      all.forEach((place, at) => this.set(place, numbers[at]));
    }
  }

  // State: `#id?size=8&stride=2`, several figures joined by `;`.

  const parts = (hash) => hash.replace(/^#/, "").split(";").map((part) => part.split("?"));

  function stateIn(hash, id) {
    const own = parts(hash).find(([name, query]) => name === id && query);
    return own ? new URLSearchParams(own[1]) : null;
  }

  function hashWith(hash, id, state) {
    const query = Object.entries(state).map(([name, value]) => `${name}=${value}`).join("&");
    const others = parts(hash).filter(([name, text]) => text && name !== id);
    return "#" + [...others.map((part) => part.join("?")), `${id}?${query}`].join(";");
  }

  return { slidersOf, divisors, Numbers, digit, weight, stateIn, hashWith };
})();
