// The shape of a column's values, with handles to drag along it and bars to drag up and down. What is dragged is sent
// when it is let go; every handle can be moved by keys too.

const SVG = "http://www.w3.org/2000/svg";
const WIDE = 560, HIGH = 92, FOOT = 16, TOP = 26, LINE = 12;

function make(tag, attributes, ...children) {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes ?? {})) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

const short = (text, most) => (text.length > most ? `${text.slice(0, most - 1)}…` : text);

class Plot {
  constructor(model, el) {
    this.model = model;
    this.el = el;
    el.classList.add("datalchemy", "dc-shape");
    model.on("change:shape", () => this.draw());
    this.draw();
  }

  draw() {
    const shape = this.model.get("shape");
    if (!shape.counts) return this.el.replaceChildren();
    const focused = document.activeElement?.dataset?.f;
    const svg = make("svg", { viewBox: `0 0 ${WIDE} ${TOP + HIGH + FOOT}`, role: "group", "aria-label": shape.label });
    this.svg = svg;
    const weighed = shape.weights.length > 0;
    const most = Math.max(...shape.counts, 1);
    const wide = WIDE / shape.counts.length;
    const total = shape.weights.reduce((sum, weight) => sum + weight, 0) || 1;
    const rows = shape.counts.reduce((sum, count) => sum + count, 0) || 1;
    // With weights both are drawn on one scale: the share that is wanted, and the share that came.
    const top = weighed ? 1.2 * Math.max(...shape.weights.map((w) => w / total), most / rows) : 1;
    const share = (count) => (weighed ? count / rows / top : count / most);
    this.scale = { wide, top, total };
    shape.counts.forEach((count, i) => {
      const high = HIGH * share(count);
      const bar = make("rect", { class: "bar", x: (i * wide + (shape.labels.length ? wide * 0.12 : 0.5)).toFixed(1),
        y: (TOP + HIGH - high).toFixed(1), width: (shape.labels.length ? wide * 0.76 : Math.max(wide - 1, 0.5)).toFixed(1),
        height: high.toFixed(1) });
      const said = make("title");
      said.textContent = `${shape.labels[i] ?? `bin ${i + 1}`}: ${count.toLocaleString("en")} of ${shape.rows.toLocaleString("en")} rows`;
      bar.append(said);
      svg.append(bar);
    });
    svg.append(make("line", { class: "base", x1: 0, x2: WIDE, y1: TOP + HIGH, y2: TOP + HIGH }));
    this.names(shape, wide);
    shape.weights.forEach((weight, i) => svg.append(this.weight(shape, weight, i)));
    shape.handles.forEach((handle, i) => svg.append(this.handle(shape, handle, i)));
    this.el.replaceChildren(svg);
    if (focused) this.el.querySelector(`[data-f="${CSS.escape(focused)}"]`)?.focus({ preventScroll: true });
  }

  names(shape, wide) {
    const y = TOP + HIGH + 12;
    const text = (x, anchor, said) => {
      const element = make("text", { x, y, "text-anchor": anchor });
      element.textContent = said;
      this.svg.append(element);
    };
    if (!shape.labels.length) {
      text(0, "start", shape.ends[0]);
      text(WIDE, "end", shape.ends[1]);
      return;
    }
    const every = Math.ceil(28 / wide);
    shape.labels.forEach((label, i) => {
      if (i % every === 0) text((i + 0.5) * wide, "middle", short(label, Math.max(Math.floor((wide * every) / 6.6), 2)));
    });
  }

  handle(shape, { name, at, text }, i) {
    const span = shape.high - shape.low || 1;
    const x = (value) => ((value - shape.low) / span) * WIDE;
    const inner = (value) => Math.min(Math.max(x(value), 4), WIDE - 4);
    const group = make("g", { class: "handle", tabindex: 0, role: "slider", "data-f": `handle ${name}`, "aria-label": `${name}, in the plot`,
      "aria-valuenow": at, "aria-valuemin": shape.low, "aria-valuemax": shape.high, "aria-valuetext": `${name} ${text}`,
      transform: `translate(${inner(at)} 0)` },
      make("rect", { class: "grip", x: -9, y: 0, width: 18, height: TOP + HIGH }),
      make("line", { x1: 0, x2: 0, y1: LINE * i + 6, y2: TOP + HIGH }), make("circle", { cx: 0, cy: LINE * i + 8, r: 5 }));
    const said = make("text", { x: inner(at) > WIDE * 0.7 ? -9 : 9, y: LINE * (1 + i) - 2, "text-anchor": inner(at) > WIDE * 0.7 ? "end" : "start" });
    said.textContent = `${name} ${text}`;
    group.append(said);
    let now = at;
    const go = (value) => {
      now = value;
      group.setAttribute("transform", `translate(${inner(value)} 0)`);
    };
    const tell = () => now !== at && this.model.send({ act: "move", name, at: now });
    this.drags(group, (event) => go(shape.low + this.across(event) * span), tell);
    this.keys(group, { ArrowLeft: -0.01, ArrowRight: 0.01, PageDown: -0.1, PageUp: 0.1 }, (step) => go(now + step * span), tell);
    return group;
  }

  weight(shape, weight, i) {
    const { wide, top, total } = this.scale;
    const y = (value) => TOP + HIGH - Math.min(HIGH * (value / total / top), HIGH);
    const group = make("g", { class: "weight", tabindex: 0, role: "slider", "data-f": `weight ${i}`,
      "aria-label": `weight of ${shape.labels[i]}`, "aria-orientation": "vertical", "aria-valuenow": weight, "aria-valuemin": 0 },
      make("rect", { class: "grip", x: i * wide, y: TOP, width: wide, height: HIGH }),
      make("line", { x1: i * wide + wide * 0.06, x2: (i + 1) * wide - wide * 0.06, y1: y(weight), y2: y(weight) }));
    const said = make("text", { x: (i + 0.5) * wide, y: y(weight) - 4, "text-anchor": "middle" });
    if (wide >= 22) said.textContent = String(weight);
    group.append(said);
    let now = weight;
    const go = (value) => {
      now = Number(Math.max(value, 0).toPrecision(2));
      group.querySelector("line").setAttribute("y1", y(now));
      group.querySelector("line").setAttribute("y2", y(now));
      said.setAttribute("y", y(now) - 4);
      if (wide >= 22) said.textContent = String(now);
    };
    const tell = () => now !== weight && this.model.send({ act: "weigh", place: i, weight: now });
    this.drags(group, (event) => go((1 - this.up(event)) * top * total), tell);
    const step = Math.max(...shape.weights) / 20;
    this.keys(group, { ArrowUp: step, ArrowDown: -step, PageUp: 5 * step, PageDown: -5 * step }, (by) => go(now + by), tell);
    return group;
  }

  across(event) {
    const box = this.svg.getBoundingClientRect();
    return Math.min(Math.max((event.clientX - box.left) / box.width, 0), 1);
  }

  up(event) {
    const box = this.svg.getBoundingClientRect();
    const unit = box.height / (TOP + HIGH + FOOT);
    return Math.min(Math.max((event.clientY - box.top - TOP * unit) / (HIGH * unit), 0), 1);
  }

  drags(group, move, done) {
    group.addEventListener("pointerdown", (event) => {
      event.preventDefault();
      group.focus({ preventScroll: true });
      group.setPointerCapture(event.pointerId);
      const ends = () => {
        group.removeEventListener("pointermove", move);
        done();
      };
      group.addEventListener("pointermove", move);
      group.addEventListener("pointerup", ends, { once: true });
    });
  }

  // Keys move it at once, and tell when they pause.
  keys(group, steps, move, done) {
    let waiting;
    group.addEventListener("keydown", (event) => {
      const step = steps[event.key];
      if (step === undefined) return;
      event.preventDefault();
      event.stopPropagation();
      move(step);
      clearTimeout(waiting);
      waiting = setTimeout(done, 200);
    });
  }
}

export default {
  render({ model, el }) {
    new Plot(model, el);
  },
};
