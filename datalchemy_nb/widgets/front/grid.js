// One grid, for rows of data and for the tables and columns of a plan. What the kernel sends is set as text, never as
// markup. It keeps the focus and what is being typed while its rows change under it.

const GLYPHS = { ok: "✓", warn: "▲", bad: "✗", info: "•", off: "–" };
const TYPING_MS = 150;
const FILTER_MS = 250;
const LONG = 24;
let lists = 0;

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
  if (value.kind === "bins") return histogram(value.counts);
  if (value.kind === "bar") {
    const fill = make("i");
    fill.style.width = `${Math.max(0, Math.min(value.share, 1)) * 100}%`;
    return make("span", null, make("span", { class: "g" }, fill), value.text);
  }
  if (value.kind === "dim") return make("span", { class: "d" }, value.text);
  return document.createTextNode(value.text);
}

const clipped = (text) => (text.length > 40 ? `${text.slice(0, 39)}…` : text);

function textOf(value) {
  if (value === null) return "";
  if (Array.isArray(value)) return value.map(textOf).join(" ");
  if (typeof value === "object") return value.kind === "bins" ? "" : value.text;
  return String(value);
}

// What is typed into a heading: words the value holds, = or != for the whole, > >= < <= for an order, null, not null.
// The kernel reads the same of a file (models/filters.py).
function fits(text, isNull, typed) {
  const wanted = typed.trim();
  if (!wanted) return true;
  if (/^(not )?null$/i.test(wanted)) return isNull !== /^not/i.test(wanted);
  const [, sign, rest] = wanted.match(/^(!=|>=|<=|=|>|<|!)?\s*([^]*)$/);
  const [low, high] = rest.includes("..") && !sign ? rest.split("..", 2).map((end) => end.trim()) : [null, null];
  if (low !== null) return !isNull && (!low || order(text, low) >= 0) && (!high || order(text, high) <= 0);
  if (sign === "=") return !isNull && text === rest;
  if (sign === "!=") return text !== rest;
  if (sign === "!") return !text.toLowerCase().includes(rest.toLowerCase());
  if (!sign) return text.toLowerCase().includes(rest.toLowerCase());
  if (isNull) return false;
  const side = order(text, rest);
  return { ">": side > 0, ">=": side >= 0, "<": side < 0, "<=": side <= 0 }[sign];
}

const amount = (text) => (/^[-+]?[\d,. ]*\d/.test(text) ? Number(text.match(/^[-+]?[\d,.]+(e[-+]?\d+)?/i)?.[0].replaceAll(",", "")) : NaN);

function order(one, other) {
  const [a, b] = [amount(one), amount(other)];
  const dated = /^\d{4}-\d\d/;
  if (!Number.isNaN(a) && !Number.isNaN(b) && !dated.test(one) && !dated.test(other)) return a - b;
  return one.localeCompare(other);
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
    // Filters and order of rows that are all here; those of a file are the kernel's.
    this.own = { filters: {}, sort: "", descending: false };
    this.title = make("summary", { class: "dc-title" });
    this.search = make("div", { class: "dc-find" });
    this.scroll = make("div", { class: "sc" });
    this.foot = make("div", { class: "dc-foot" });
    root.classList.add("datalchemy", "dc-grid");
    this.fold = make("details", { open: true }, this.title, this.search, this.scroll, this.foot);
    root.replaceChildren(this.fold);
    this.scroll.addEventListener("keydown", (event) => this.key(event));
    this.changed = { head: true, rows: true, view: true };
    for (const name of Object.keys(this.changed)) {
      model.on(`change:${name}`, () => this.later(name));
    }
    model.on("change:selected", () => this.mark(true));
    model.on("msg:custom", (content) => content.whole && this.open(content));
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
    if (head) this.drawTitle();
    if (head) this.drawSearch();
    if (head || rows || view) this.drawTable();
    this.drawFoot(head || view);
    const busy = this.model.get("view").busy ?? "";
    this.root.setAttribute("aria-busy", busy ? "true" : "false");
    this.root.dataset.query = this.model.get("view").query ?? "";
  }

  drawTitle() {
    const { title, fold } = this.model.get("head");
    this.title.textContent = title ?? "";
    this.title.hidden = !title;
    this.fold.classList.toggle("dc-fold", Boolean(fold));
    if (this.titled !== title) this.fold.open = !fold;
    this.titled = title;
    this.title.tabIndex = fold ? 0 : -1;
    if (fold) this.title.removeAttribute("role");
    else this.title.setAttribute("role", "heading");
    this.title.setAttribute("aria-level", "3");
    this.title.onclick = fold ? null : (event) => event.preventDefault();
  }

  // What is shown of the rows that are here.
  seen() {
    const rows = this.model.get("rows");
    const head = this.model.get("head");
    if (!head.local) return rows;
    const { filters, sort, descending } = this.own;
    const wanted = head.columns.map((column, i) => [i, filters[column.name] ?? ""]).filter(([, typed]) => typed);
    const none = (value) => value === null || value?.kind === "dim" || textOf(value) === "";
    const left = rows.filter(({ cells }) => wanted.every(([i, typed]) => fits(textOf(cells[i]), none(cells[i]), typed)));
    const at = head.columns.findIndex((column) => column.name === sort);
    if (at < 0) return left;
    const way = descending ? -1 : 1;
    return left.map((row) => [textOf(row.cells[at]), none(row.cells[at]), row])
      .sort(([a, noA], [b, noB]) => noA - noB || way * order(a, b)).map(([, , row]) => row);
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
    const shown = this.seen();
    this.count = shown.length;
    const table = make(
      "table",
      { class: "ln", "aria-label": head.label, role: "grid" },
      make("thead", null, this.names(head), this.summaries(head), this.filters(head)),
      make("tbody", null, ...shown.map((row) => this.row(head, row))),
    );
    this.scroll.style.maxHeight = head.height ?? "";
    const filtered = Object.values(this.typed()).some((text) => text);
    const said = shown.length ? "" : filtered ? "No row fits the filters." : head.empty;
    const empty = said ? make("p", { class: "d dc-empty" }, said) : null;
    this.scroll.setAttribute("role", "region");
    this.scroll.setAttribute("aria-label", head.label);
    this.scroll.replaceChildren(table, ...(empty ? [empty] : []));
    this.pin(table, head);
    this.mark(false);
    this.restore(before);
  }

  typed() {
    return this.model.get("head").local ? this.own.filters : this.model.get("view").filters ?? {};
  }

  names(head) {
    const { sort, descending } = head.local ? this.own : this.model.get("view");
    const cells = head.columns.map((column) => {
      const sorted = column.sort && column.sort === sort ? (descending ? "descending" : "ascending") : null;
      const arrow = sorted ? (descending ? " ▼" : " ▲") : "";
      const under = column.under ? make("small", null, column.under) : null;
      const name = column.sort
        ? make("button", { class: "dc-sort", "data-f": `sort ${column.sort}`, title: `Sort by ${column.name}`,
            click: () => this.sort(column.sort) }, column.name + arrow)
        : document.createTextNode(column.name);
      return make("th", { scope: "col", class: column.right ? "r" : null, "aria-sort": sorted,
        title: column.title }, name, under);
    });
    return make("tr", null, ...cells);
  }

  // Smallest first, then largest first, then as it was.
  sort(column) {
    if (!this.model.get("head").local) return this.send("sort", { column });
    const { sort, descending } = this.own;
    this.own.sort = sort === column && descending ? "" : column;
    this.own.descending = sort === column && !descending;
    this.later("rows");
  }

  filters(head) {
    if (!head.columns.some((column) => column.filter)) return null;
    const held = this.typed();
    return make("tr", { class: "dc-filters" }, ...head.columns.map((column) =>
      make("td", null, column.filter ? this.filter(column, held[column.name] ?? "") : null)));
  }

  // A list where the values are few and all known, else a field to type into.
  filter(column, held) {
    const named = { "aria-label": `Filter ${column.name}`, "data-f": `filter ${column.name}` };
    const tell = (text) => {
      if (!this.model.get("head").local) return this.send("filter", { column: column.name, text });
      this.own.filters[column.name] = text;
      this.later("rows");
    };
    const wanted = column.values.map((value) => [value === null ? "null" : `= ${value}`, value === null ? "null" : value]);
    if (column.complete && wanted.length) {
      if (held && !wanted.some(([text]) => text === held)) wanted.push([held, held]);
      return make("select", { ...named, change: (event) => tell(event.target.value) }, make("option", { value: "" }, "all"),
        ...wanted.map(([text, value]) => {
          const one = make("option", { selected: text === held }, clipped(value));
          one.value = text;
          return one;
        }));
    }
    const field = make("input", { type: "search", placeholder: "filter", size: 6, ...named,
      title: "Words it holds; = whole value; != other; > >= < <= or low..high; null; not null" });
    field.value = held;
    field.defaultValue = held;
    const offered = wanted.length ? make("datalist", { id: `dc-values-${(lists += 1)}` }, ...wanted.map(([value]) => make("option", { value }))) : null;
    if (offered) field.setAttribute("list", offered.id);
    let waiting;
    const now = () => {
      clearTimeout(waiting);
      if (field.value !== field.defaultValue) tell(field.value);
      field.defaultValue = field.value;
    };
    field.addEventListener("input", () => {
      clearTimeout(waiting);
      waiting = setTimeout(now, FILTER_MS);
    });
    field.addEventListener("keydown", (event) => {
      if (event.key === "Enter") now();
      event.stopPropagation();
    });
    return make("span", null, field, offered);
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
    const cell = make("td", { class: classes, title: text.length > LONG ? text : null }, ...shown.filter((p) => p !== null));
    // A click or Enter shows the whole of a value that was cut; in a grid of choices it chooses.
    if (!this.model.get("head").chooses) {
      cell.setAttribute("tabindex", "-1");
      cell.setAttribute("data-f", `cell ${key} ${column.name}`);
      cell.addEventListener("click", () => this.toggle(cell, key, column.name, value));
    }
    return cell;
  }

  toggle(cell, key, column, value) {
    if (!window.getSelection().isCollapsed) return;
    const open = cell.classList.toggle("open");
    if (open && value?.cut && !cell.dataset.whole) this.send("whole", { key, column });
  }

  open({ key, column, whole }) {
    const cell = this.scroll.querySelector(`[data-f="${CSS.escape(`cell ${key} ${column}`)}"]`);
    if (!cell) return;
    cell.dataset.whole = "yes";
    cell.replaceChildren(make("div", { class: "dc-whole" }, whole));
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

  drawFoot(changed) {
    const { offset, size, total, sizes, note: told } = this.model.get("view");
    const all = this.model.get("rows").length;
    const left = this.model.get("head").local && this.count !== all ? `${this.count} of ${all} rows` : "";
    const note = [left, told].filter(Boolean).join(" · ");
    if (!changed && note === this.noted) return;
    this.noted = note;
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
    if (!chooses) {
      const first = this.scroll.querySelector("tbody td[tabindex]");
      return first?.setAttribute("tabindex", "0");
    }
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
    if (row && event.target.matches("td[tabindex]")) return this.walk(event, row);
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

  // From cell to cell of rows of data.
  walk(event, row) {
    const cell = event.target;
    if (event.key === "Enter" || event.key === " ") cell.click();
    else {
      const at = [...row.cells].indexOf(cell);
      const to = {
        ArrowLeft: cell.previousElementSibling, ArrowRight: cell.nextElementSibling,
        ArrowUp: row.previousElementSibling?.cells[at], ArrowDown: row.nextElementSibling?.cells[at],
        Home: row.cells[0], End: row.cells[row.cells.length - 1],
      }[event.key];
      if (to === undefined) return;
      if (to?.hasAttribute("tabindex")) {
        for (const one of this.scroll.querySelectorAll("td[tabindex='0']")) one.setAttribute("tabindex", "-1");
        to.setAttribute("tabindex", "0");
        this.focus(to);
        this.show(to.parentElement);
        this.aside(to);
      }
    }
    event.preventDefault();
    event.stopPropagation();
  }

  // Into sight sideways, past the columns that stay.
  aside(cell) {
    if (cell.classList.contains("pin")) return;
    const pinned = [...cell.parentElement.querySelectorAll(".pin")].reduce((sum, one) => sum + one.offsetWidth, 0);
    const right = cell.offsetLeft + cell.offsetWidth - this.scroll.clientWidth;
    if (this.scroll.scrollLeft < right) this.scroll.scrollLeft = right;
    if (this.scroll.scrollLeft > cell.offsetLeft - pinned) this.scroll.scrollLeft = cell.offsetLeft - pinned;
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
