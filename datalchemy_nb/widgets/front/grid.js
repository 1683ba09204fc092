// One grid, for rows of data and for the tables and columns of a plan. What the kernel sends is set as text, never as
// markup. It keeps the focus and what is being typed while its rows change under it.

const GLYPHS = { ok: "✓", warn: "▲", bad: "✗", info: "•", off: "–" };
const TYPING_MS = 150;

function make(tag, attributes, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (value === null || value === undefined || value === false || value === "") continue;
    if (typeof value === "function") element.addEventListener(name, value);
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
}

function part(value) {
  if (value === null) return null;
  if (typeof value !== "object") return document.createTextNode(String(value));
  if (value.kind === "badge") return make("span", { class: `b ${value.state}` }, `${GLYPHS[value.state]} ${value.text}`);
  if (value.kind === "chip") return make("span", { class: "b off" }, value.text);
  if (value.kind === "code") return make("code", null, value.text);
  if (value.kind === "bar") {
    const fill = make("i");
    fill.style.width = `${Math.max(0, Math.min(value.share, 1)) * 100}%`;
    return make("span", null, make("span", { class: "g" }, fill), value.text);
  }
  return make("span", { class: "d" }, value.text);
}

function textOf(value) {
  if (value === null) return "";
  if (Array.isArray(value)) return value.map(textOf).join(" ");
  return typeof value === "object" ? value.text : String(value);
}

function histogram(counts) {
  const name = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(name, "svg");
  const highest = Math.max(...counts, 1);
  svg.setAttribute("viewBox", `0 0 ${counts.length * 4} 16`);
  svg.setAttribute("width", counts.length * 4);
  svg.setAttribute("height", 16);
  svg.setAttribute("role", "img");
  svg.setAttribute("class", "hb");
  const title = document.createElementNS(name, "title");
  title.textContent = `counts per bin: ${counts.map((count) => count.toLocaleString("en")).join(", ")}`;
  const bars = document.createElementNS(name, "path");
  const height = (count) => Math.max(Math.round((16 * count) / highest), count > 0 ? 1 : 0);
  bars.setAttribute("d", counts.map((count, i) => `M${i * 4} 16v-${height(count)}h3v${height(count)}`).join(""));
  svg.append(title, bars);
  return svg;
}

class Grid {
  constructor(model, root) {
    this.model = model;
    this.root = root;
    this.search = make("div", { class: "dc-find" });
    this.scroll = make("div", { class: "sc" });
    this.foot = make("div", { class: "dc-foot" });
    root.classList.add("datalchemy", "dc-grid");
    root.replaceChildren(this.search, this.scroll, this.foot);
    this.scroll.addEventListener("keydown", (event) => this.key(event));
    this.changed = { head: true, rows: true, view: true };
    for (const name of Object.keys(this.changed)) {
      model.on(`change:${name}`, () => this.later(name));
    }
    model.on("change:selected", () => this.mark(true));
    this.draw();
  }

  send(act, content) {
    this.model.send({ act, ...content });
  }

  // Several changes of one message are drawn once.
  later(name) {
    this.changed[name] = true;
    this.due ??= requestAnimationFrame(() => {
      this.due = null;
      this.draw();
    });
  }

  draw() {
    const { head, rows, view } = this.changed;
    this.changed = { head: false, rows: false, view: false };
    if (head) this.drawSearch();
    if (head || rows || view) this.drawTable();
    if (head || view) this.drawFoot();
    const busy = this.model.get("view").busy ?? "";
    this.root.setAttribute("aria-busy", busy ? "true" : "false");
    this.root.dataset.query = this.model.get("view").query ?? "";
  }

  drawSearch() {
    const { find, find_hint: hint } = this.model.get("head");
    if (!find) return this.search.replaceChildren();
    const field = make("input", { type: "search", placeholder: hint, "aria-label": find, "data-f": "find" });
    field.value = this.model.get("view").query ?? "";
    let waiting;
    field.addEventListener("input", () => {
      clearTimeout(waiting);
      waiting = setTimeout(() => this.send("query", { text: field.value }), TYPING_MS);
    });
    field.addEventListener("keydown", (event) => {
      if (event.key === "ArrowDown") this.focus(this.scroll.querySelector("tbody tr"));
      if (event.key !== "Enter") return;
      clearTimeout(waiting);
      this.send("query", { text: field.value });
    });
    this.search.replaceChildren(make("label", null, make("span", null, find), field));
  }

  drawTable() {
    const head = this.model.get("head");
    const before = this.keep();
    const chosen = head.chooses;
    const table = make(
      "table",
      { class: "ln", "aria-label": head.label, role: chosen ? "grid" : null },
      make("thead", null, this.names(head), this.summaries(head)),
      make("tbody", null, ...this.model.get("rows").map((row) => this.row(head, row))),
    );
    this.scroll.style.maxHeight = head.height ?? "";
    const rows = this.model.get("rows").length;
    const empty = rows || !head.empty ? null : make("p", { class: "d dc-empty" }, head.empty);
    this.scroll.setAttribute("role", "region");
    this.scroll.setAttribute("aria-label", head.label);
    if (!chosen) this.scroll.setAttribute("tabindex", "0");
    this.scroll.replaceChildren(table, ...(empty ? [empty] : []));
    this.pin(table, head);
    this.mark(false);
    this.restore(before);
  }

  names(head) {
    const { sort, descending } = this.model.get("view");
    const cells = head.columns.map((column) => {
      const sorted = column.sort && column.sort === sort ? (descending ? "descending" : "ascending") : null;
      const arrow = sorted ? (descending ? " ▼" : " ▲") : "";
      const under = column.under ? make("small", null, column.under) : null;
      const name = column.sort
        ? make("button", { class: "dc-sort", "data-f": `sort ${column.sort}`, title: `Sort by ${column.name}`,
            click: () => this.send("sort", { column: column.sort }) }, column.name + arrow)
        : document.createTextNode(column.name);
      return make("th", { scope: "col", class: column.right ? "r" : null, "aria-sort": sorted,
        title: column.title }, name, under);
    });
    return make("tr", null, ...cells);
  }

  summaries(head) {
    if (!head.columns.some((column) => column.summary)) return null;
    const cells = head.columns.map(({ summary, right }) => {
      if (!summary) return make("td");
      const drawn = summary.bins.length ? [make("small", null, histogram(summary.bins))] : [];
      return make("td", { class: right ? "r" : null }, ...drawn, ...summary.lines.map((line) => make("small", null, line)));
    });
    return make("tr", null, ...cells);
  }

  row(head, { key, cells, mark }) {
    const choose = head.chooses ? () => this.choose(key) : null;
    const made = cells.map((value, i) => this.cell(head.columns[i], value, key, textOf(cells[head.named ?? 0])));
    return make("tr", { "data-key": key, "data-f": `row ${key}`, class: mark ? `dc-${mark}` : null, click: choose }, ...made);
  }

  cell(column, value, key, label) {
    const classes = [column.right ? "r" : "", column.narrow ? "na" : ""].filter(Boolean).join(" ");
    if (value && value.kind === "entry") {
      return make("td", { class: `${classes} dc-entry` }, this.entry(column, value, key, label));
    }
    const text = textOf(value);
    const parts = (Array.isArray(value) ? value : [value]).map(part);
    const shown = parts.flatMap((piece, i) => (i ? [" ", piece] : [piece]));
    const cell = make("td", { class: classes, title: text.length > 24 ? text : null }, ...shown.filter((p) => p !== null));
    // A click shows the whole of a value that was cut; in a grid of choices a click chooses.
    if (!this.model.get("head").chooses) cell.addEventListener("click", () => cell.classList.toggle("open"));
    return cell;
  }

  entry(column, value, key, label) {
    const field = make("input", {
      type: "text", class: `${column.right ? "r" : ""}${value.bad ? " dc-wrong" : ""}`, placeholder: value.hint,
      "aria-label": `${column.name} of ${label}`, "data-f": `entry ${key} ${column.name}`,
      "aria-invalid": value.bad ? "true" : null, title: value.bad || null, disabled: value.off,
      size: column.size ?? 9,
    });
    field.value = value.text;
    field.defaultValue = value.text;
    const commit = () => {
      if (field.value === field.defaultValue) return;
      field.defaultValue = field.value;
      this.send("edit", { key, column: column.name, text: field.value });
    };
    field.addEventListener("change", commit);
    field.addEventListener("click", (event) => event.stopPropagation());
    field.addEventListener("focus", () => this.model.get("head").chooses && this.choose(key));
    field.addEventListener("keydown", (event) => {
      if (event.key === "Escape") field.value = field.defaultValue;
      const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      if (event.key === "Enter") commit();
      if (!step) return event.stopPropagation();
      event.preventDefault();
      event.stopPropagation();
      const row = field.closest("tr");
      const next = step > 0 ? row.nextElementSibling : row.previousElementSibling;
      this.focus(next?.querySelectorAll("input")[[...row.querySelectorAll("input")].indexOf(field)] ?? field);
      document.activeElement?.select?.();
    });
    return field;
  }

  drawFoot() {
    const { offset, size, total, sizes, note } = this.model.get("view");
    const said = note ? make("span", { class: "d", role: "status" }, note) : null;
    if (total === undefined || total === null) return this.foot.replaceChildren(...(said ? [said] : []));
    const last = Math.max(total - size, 0);
    const go = (name, row, off) => make("button", { "data-f": name, disabled: off, click: () => this.send("go", { row }) }, name);
    const field = make("input", { type: "text", inputmode: "numeric", "aria-label": "Row", "data-f": "go", size: 12,
      title: "Number of the first row to show" });
    field.value = String(offset);
    field.addEventListener("keydown", (event) => event.stopPropagation());
    field.addEventListener("change", () => this.send("go", { row: Number(field.value.replace(/[^0-9]/g, "")) }));
    const pick = make("select", { "aria-label": "Rows a page", "data-f": "size",
      change: (event) => this.send("size", { rows: Number(event.target.value) }) },
      ...(sizes ?? []).map((count) => make("option", { value: count, selected: count === size }, String(count))));
    this.foot.replaceChildren(
      make("nav", { "aria-label": "Pages" },
        go("First", 0, offset === 0), go("Back", Math.max(offset - size, 0), offset === 0),
        make("label", null, "Row", field),
        go("Next", Math.min(offset + size, last), offset + size >= total), go("Last", last, offset + size >= total),
        sizes ? make("label", null, "Rows a page", pick) : null),
      ...(said ? [said] : []),
    );
  }

  choose(key) {
    if (String(this.model.get("selected")) === String(key)) return;
    this.model.set("selected", key);
    this.mark(false);
    this.send("choose", { key });
  }

  mark(into) {
    const { chooses } = this.model.get("head");
    const selected = this.model.get("selected");
    const rows = [...this.scroll.querySelectorAll("tbody tr")];
    let stop = null;
    for (const row of rows) {
      const here = chooses && row.dataset.key === selected;
      row.classList.toggle("dc-chosen", Boolean(here));
      if (!chooses) continue;
      row.setAttribute("aria-selected", here ? "true" : "false");
      row.setAttribute("tabindex", "-1");
      if (here) stop = row;
    }
    if (!chooses) return;
    (stop ?? rows[0])?.setAttribute("tabindex", "0");
    // Into sight within the grid only: the notebook stays where it is.
    if (into && stop) this.show(stop);
  }

  show(row) {
    const head = this.scroll.querySelector("thead")?.offsetHeight ?? 0;
    const top = row.offsetTop - head;
    const bottom = row.offsetTop + row.offsetHeight - this.scroll.clientHeight;
    if (this.scroll.scrollTop > top) this.scroll.scrollTop = top;
    else if (this.scroll.scrollTop < bottom) this.scroll.scrollTop = bottom;
  }

  key(event) {
    const row = event.target.closest?.("tbody tr");
    if (!row || event.target !== row) return;
    const rows = [...this.scroll.querySelectorAll("tbody tr")];
    const at = rows.indexOf(row);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: rows.length - 1 }[event.key];
    if (event.key === "Enter" || event.key === " ") this.choose(row.dataset.key);
    else if (to === undefined || !rows[to]) return;
    else {
      this.choose(rows[to].dataset.key);
      this.focus(rows[to]);
      this.show(rows[to]);
    }
    event.preventDefault();
    event.stopPropagation();
  }

  focus(element) {
    element?.focus({ preventScroll: true });
  }

  keep() {
    const active = this.root.contains(document.activeElement) ? document.activeElement : null;
    return { at: active?.dataset.f, typed: active?.tagName === "INPUT" && active.value !== active.defaultValue ? active.value : null,
      places: [active?.selectionStart, active?.selectionEnd], top: this.scroll.scrollTop, left: this.scroll.scrollLeft };
  }

  restore({ at, typed, places, top, left }) {
    this.scroll.scrollTop = top;
    this.scroll.scrollLeft = left;
    if (!at) return;
    const again = this.root.querySelector(`[data-f="${CSS.escape(at)}"]`);
    if (again === document.activeElement) return;
    this.focus(again);
    if (typed !== null && again?.tagName === "INPUT") again.value = typed;
    if (again?.tagName === "INPUT" && places[0] !== null && places[0] !== undefined) again.setSelectionRange(...places);
  }

  // The first columns stay in sight while the others are scrolled.
  pin(table, head) {
    let left = 0;
    for (let i = 0; i < (head.pinned ?? 0); i++) {
      const cells = table.querySelectorAll(`tr > :nth-child(${i + 1})`);
      for (const cell of cells) {
        cell.classList.add("pin");
        cell.style.left = `${left}px`;
      }
      left += cells[0]?.offsetWidth ?? 0;
    }
  }
}

export default {
  render({ model, el }) {
    new Grid(model, el);
  },
};
