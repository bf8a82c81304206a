// One graph on a page: its views, colours, the box that is looked at, the step of the sweep. No ids, so that any number
// of graphs on a page go together.

const KEYS = "Point at a box to see what is known of it; double-click or Enter opens it. Arrows walk from box to box; "
  + "comma and full stop step the sweep, space plays it; + − 0 zoom; Esc lets go.";

const patch = ([fill]) => element("i", { style: `background:${fill}` });

function legend({ title: name, low, high, names }, palette) {
  if (names.length) return names.flatMap((text, k) => [patch(palette[k]), ` ${text} `]);
  return [`${name}: ${low} `, ...palette.filter((_, k) => k % 2 === 0).map(patch), ` ${high}; dashed: not known`];
}

class Viewer {
  constructor(root) {
    this.root = root;
    this.data = JSON.parse(root.querySelector("script[type='application/json']").textContent);
    for (const view of this.data.views) {
      view.boxes = view.boxes.map((box) => (typeof box === "number" ? { nodes: [box], count: 1 } : box));
    }
    this.stage = root.querySelector(".stage");
    this.panes = [...this.stage.children];
    this.step = 0;
    this.picked = null; // a box that was clicked on stays in the panel
    this.restoring = true;
    root.dataset.live = "";
    this.build();
    this.zoom = zoomable(this.stage, () => this.panes[this.view].querySelector("svg"));
    listen(this);
    this.show(this.data.start);
    this.colour(this.data.by);
  }

  build() {
    const { data } = this;
    const views = data.views.map((view) => view.name);
    this.viewButtons = views.map((name, k) => element("button", { onclick: () => this.show(k) }, name));
    this.choice = element("select", { "aria-label": "colour by", onchange: () => this.colour(this.choice.value) },
      ...data.colours.map((by) => element("option", { value: by }, by)));
    this.legend = element("span", { class: "legend" });
    const search = element("input", {
      type: "search", placeholder: "find", "aria-label": "find a box", oninput: () => this.find(search.value),
    });
    const zooms = [["+", "zoom in", () => this.zoom.by(1.25)], ["−", "zoom out", () => this.zoom.by(0.8)],
      ["fit", "show all", () => this.zoom.fit()]];
    const bar = element("div", { class: "bar" },
      views.length > 1 ? element("span", { role: "group", "aria-label": "view" }, ...this.viewButtons) : null,
      data.colours.length > 1 ? element("label", {}, "colour ", this.choice) : null, this.legend, search,
      element("span", { role: "group", "aria-label": "zoom" },
        ...zooms.map(([text, name, onclick]) => element("button", { onclick, "aria-label": name, title: name }, text))));
    this.panel = element("aside", { "aria-label": "details" });
    this.spoken = element("p", { class: "spoken", "aria-live": "polite" });
    this.sweep = data.sweep.length ? sweepBar(this, data.sweep.length) : null;
    const body = element("div", { class: "body" });
    this.root.append(bar, body, this.spoken);
    body.append(this.stage, this.panel);
    if (this.sweep) bar.after(this.sweep.bar);
    this.said = element("div", { class: "notices" });
    bar.after(this.said);
  }

  notices() {
    const alarms = this.data.alarms.map(({ text, node }) => element("p", { role: "alert" },
      element("button", { class: "link", onclick: () => this.goToNode(node) }, text)));
    return [...alarms, ...this.data.views[this.view].notes.map((note) => element("p", {}, note))];
  }

  // -- boxes of the view that is shown

  boxes() { return this.data.views[this.view].boxes; }
  group(k) { return this.groups[k]; }
  holding(id) { return this.where.get(id) ?? []; }

  show(view) {
    this.view = view;
    this.panes.forEach((pane, k) => { pane.hidden = k !== view; });
    this.viewButtons.forEach((button, k) => button.setAttribute("aria-pressed", String(k === view)));
    const pane = this.panes[view];
    this.groups = [];
    for (const g of pane.querySelectorAll(".box")) this.groups[Number(g.dataset.k)] = g;
    this.where = new Map();
    this.boxes().forEach((box, k) => {
      for (const id of box.nodes) this.where.set(id, [...(this.where.get(id) ?? []), k]);
    });
    for (const g of this.groups) g.setAttribute("tabindex", "-1");
    this.groups.at(-1)?.setAttribute("tabindex", "0"); // one tab stop; arrows walk from there
    for (const { node } of this.data.alarms) {
      for (const k of this.holding(node)) this.group(k).classList.add("nonfinite");
    }
    this.said.replaceChildren(...this.notices());
    this.root.dataset.view = this.data.views[view].name;
    this.pick(null);
    this.paint();
    mark(this);
    this.zoom.fit(false);
    this.remember();
  }

  // -- colours

  colour(by) {
    this.by = this.data.colours.includes(by) ? by : "kind";
    this.root.dataset.by = this.by;
    this.choice.value = this.by;
    this.paint();
    this.remember();
  }

  paint() {
    const colours = this.data.views[this.view].colours[this.by];
    const palette = colours?.palette ?? this.data.palette;
    this.groups.forEach((g, k) => {
      const shade = colours?.shades[k];
      g.classList.toggle("heat", shade != null);
      g.classList.toggle("unknown", Boolean(colours) && shade == null);
      const [fill, text] = shade == null ? ["", ""] : palette[shade];
      g.style.setProperty("--fill", fill);
      g.style.setProperty("--text", text);
    });
    this.legend.replaceChildren(...(colours ? legend(colours, palette) : []));
  }

  // -- the box that is looked at

  look(k) {
    const step = this.step ? stepDetails(this.data, this.data.sweep[this.step - 1], (id) => this.goToNode(id)) : [];
    const known = k == null ? [] : details(this.data, this.boxes()[k]);
    const strips = this.data.strips.map(({ title: name, points }) => strip(`|∂L/∂h| in each step, h = ${name}`, points));
    const parts = [step, known, strips].map((part) => part.filter(Boolean)).filter((part) => part.length);
    this.panel.replaceChildren(...parts.map((part) => element("section", {}, ...part)), element("small", {}, KEYS));
  }

  pick(k) {
    this.picked = k;
    this.groups.forEach((g, i) => g.classList.toggle("picked", i === k));
    this.look(k);
  }

  goToNode(id) {
    const [k] = this.holding(id);
    if (k === undefined) return;
    this.pick(k);
    this.focus(k);
  }

  focus(k) {
    for (const g of this.groups) if (g.getAttribute("tabindex") === "0") g.setAttribute("tabindex", "-1");
    this.group(k).setAttribute("tabindex", "0");
    this.group(k).focus({ preventScroll: true });
    this.zoom.reveal(this.group(k));
  }

  // A folded box opens into the view that shows most.
  open(k) {
    const last = this.data.views.length - 1;
    const [id] = this.boxes()[k].nodes;
    if (this.boxes()[k].count > 1 && this.view !== last) this.show(last);
    this.goToNode(id);
  }

  find(words) {
    const wanted = words.trim().toLowerCase();
    const hits = this.groups.map((g) => wanted !== "" && g.textContent.toLowerCase().includes(wanted));
    this.groups.forEach((g, k) => g.classList.toggle("found", hits[k]));
    if (hits.includes(true)) this.zoom.reveal(this.group(hits.indexOf(true)));
  }

  // -- the sweep

  goTo(step) {
    this.step = Math.min(Math.max(step, 0), this.data.sweep.length);
    this.root.dataset.step = this.step;
    this.sweep.show(this.step);
    mark(this);
    this.look(this.picked);
    if (this.step) {
      const at = this.data.sweep[this.step - 1];
      this.spoken.textContent = stepAloud(this.data, at, this.step, this.data.sweep.length);
      const [k] = this.holding(at.node);
      if (k !== undefined) this.zoom.reveal(this.group(k));
    }
    this.remember();
  }

  // -- a page of its own keeps its state in its address: #view=unfolded&by=grad&step=5

  remember() {
    if (this.restoring || !("page" in this.root.dataset)) return;
    const state = new URLSearchParams({ view: this.data.views[this.view].name, by: this.by, step: this.step });
    history.replaceState(null, "", `#${state}`);
  }

  restore() {
    const state = new URLSearchParams(location.hash.slice(1));
    const view = this.data.views.findIndex(({ name }) => name === state.get("view"));
    this.restoring = true;
    if (view >= 0) this.show(view);
    if (state.has("by")) this.colour(state.get("by"));
    if (this.sweep && Number(state.get("step"))) this.goTo(Number(state.get("step")));
    this.restoring = false;
  }
}

for (const root of document.querySelectorAll(".autograd-graph:not([data-live])")) {
  const viewer = new Viewer(root);
  if (!("page" in root.dataset)) continue;
  viewer.restore();
  addEventListener("hashchange", () => viewer.restore());
  document.addEventListener("keydown", (event) => {
    if (event.target === document.body && onKey(viewer, event.key, null, false)) event.preventDefault();
  });
}
