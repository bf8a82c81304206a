// What is known of a box, in the panel beside the picture.

function scopeOf(data, group) {
  const names = [];
  for (let g = group; g != null; g = data.groups[g].parent) {
    const { kind, name, type, count } = data.groups[g];
    names.unshift(kind === "loop" ? `loop × ${count}` : [name, type].filter(Boolean).join(": "));
  }
  return names.join(" / ");
}

// "step 17 of 50", from the outermost loop inwards.
function stepsOf(data, node) {
  const steps = [];
  for (let at = node; at?.group != null || at?.parent != null; ) {
    const around = data.groups[at.group ?? at.parent];
    if (around.kind === "loop" && at.step != null) steps.unshift(`step ${at.step + 1} of ${around.count}`);
    at = { parent: around.parent, step: around.step };
  }
  return steps.join(", ");
}

function table(value) {
  if (!Array.isArray(value) || !Array.isArray(value[0]) || Array.isArray(value[0][0])) return null;
  const rows = value.map((row) => element("tr", {}, ...row.map((v) => element("td", {}, say(v)))));
  return element("table", {}, ...rows);
}

function facts(data, node) {
  const { source } = node;
  return [
    ["kind", node.kind],
    ["shape", node.shape && `${shape(node.shape)} ${node.dtype ?? ""}`],
    ["value", node.value != null && (table(node.value) ?? say(node.value))],
    ["gradient", node.grad != null && say(node.grad)],
    ["derivative of the result", node.cotangent != null && say(node.cotangent)],
    ["recorded at", source && `${source.file}:${source.line} in ${source.function}`],
    ["", source && element("code", {}, source.text)],
    ["in", node.group != null && scopeOf(data, node.group)],
    ["iteration", stepsOf(data, node)],
    ["memory", node.bytes != null && bytes(node.bytes)],
    ["kept for the rule", node.saved != null && bytes(node.saved)],
    ["forward", node.forward != null && seconds(node.forward)],
    ["backward", node.backward != null && seconds(node.backward)],
  ].filter(([, value]) => value);
}

function list(pairs) {
  const rows = pairs.flatMap(([name, value]) => [element("dt", {}, name), element("dd", {}, value)]);
  return element("dl", {}, ...rows);
}

// The size of the derivative in each iteration, where a box stands for one place of a loop.
function sizes(data, nodes) {
  if (nodes.length < 3 || nodes.some((node) => node.step == null)) return null;
  return strip("|∂L/∂h| in each step, h = this box", nodes.map((node) => [node.step, norm(node.cotangent)]));
}

function details(data, box) {
  const nodes = box.nodes.map((id) => data.nodes[id]).filter(Boolean);
  if (nodes.length === 1 && box.count === 1) {
    const [node] = nodes;
    return [element("h3", {}, title(node)), list(facts(data, node))];
  }
  const [first, ...others] = box.about.split("\n");
  return [element("h3", {}, first), ...others.map((line) => element("p", {}, line)), sizes(data, nodes)];
}
