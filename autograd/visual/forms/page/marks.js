// What a step of the sweep looks like in the picture: boxes that were visited, and what flows along the lines.

function mark(viewer) {
  const { sweep } = viewer.data;
  const pane = viewer.panes[viewer.view];
  if (viewer.step) writeNames(viewer, pane);
  const at = viewer.step ? sweep[viewer.step - 1] : { node: null, flows: [] };
  const visited = new Set(sweep.slice(0, viewer.step).flatMap(({ node }) => viewer.holding(node)));
  const now = new Set(viewer.holding(at.node));
  const reached = new Set(), flows = [...at.flows];
  pane.querySelectorAll(".flow").forEach((text) => text.remove());
  for (const line of pane.querySelectorAll(".line")) {
    const [source, target] = viewer.data.views[viewer.view].lines[line.dataset.k];
    const flow = now.has(target) && flows.find((each) => viewer.holding(each.operand).includes(source));
    line.classList.toggle("lit", Boolean(flow));
    if (!flow) continue;
    reached.add(source);
    flows.splice(flows.indexOf(flow), 1); // each once: x * x has two lines from the same box
    writeOn(line, flow, flowing(viewer.data, flow));
  }
  viewer.groups.forEach((g, k) => {
    g.classList.toggle("visited", visited.has(k));
    g.classList.toggle("now", now.has(k));
    g.classList.toggle("reached", reached.has(k));
  });
}

// What flows, written on the lines of the picture: a number, or the norm of many.
function writeOn(line, { adds }, value) {
  const { x, y } = line.getPointAtLength(line.getTotalLength() / 2);
  const short = ["number", "string"].includes(typeof value) ? say(value) : `|${say(norm(value))}|`;
  line.ownerSVGElement.append(shapeOf("text", { x, y: y + 4, class: "flow" }, adds ? `+= ${short}` : short));
}

// Beside the title of each box, away from the lines that come from above: what the rules call it.
function writeNames(viewer, pane) {
  if (pane.querySelector(".called")) return;
  const names = viewer.boxes().map(({ nodes, count }) => (count === 1 && viewer.data.nodes[nodes[0]]?.called) || "");
  const corners = viewer.groups.map((g) => g.getBBox()); // all are measured before anything is changed
  viewer.groups.forEach((g, k) => {
    const { x, y } = corners[k];
    if (names[k]) g.append(shapeOf("text", { x: x - 3, y: y + 12, class: "called" }, names[k]));
  });
}
