// A strip: the size of a derivative in each step of a loop, on a logarithmic scale. Steps are counted from 1.

const SVG = "http://www.w3.org/2000/svg";

function shapeOf(tag, attributes, text) {
  const made = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  if (text !== undefined) made.textContent = text;
  return made;
}

function strip(caption, points) {
  const known = points.map(([step, size]) => [step + 1, size]).filter(([, size]) => size > 0 && Number.isFinite(size));
  if (known.length < 2) return null;
  const logs = known.map(([, size]) => Math.log10(size));
  const [low, high] = [Math.floor(Math.min(...logs)), Math.max(Math.ceil(Math.max(...logs)), Math.floor(Math.min(...logs)) + 1)];
  const [first, last] = [points[0][0] + 1, points.at(-1)[0] + 1];
  const x = (step) => 44 + (236 * (step - first)) / Math.max(last - first, 1);
  const y = (log) => 8 + (74 * (high - log)) / (high - low);
  const drawn = shapeOf("svg", { viewBox: "0 0 290 104", role: "img", class: "strip" });
  const words = `from ${say(known[0][1])} at step ${known[0][0]} to ${say(known.at(-1)[1])} at step ${known.at(-1)[0]}`;
  drawn.append(shapeOf("title", {}, `${caption}: ${words}`));
  for (const log of [low, high]) {
    drawn.append(shapeOf("path", { d: `M44 ${y(log)}H280`, class: "axis" }));
    drawn.append(shapeOf("text", { x: 40, y: y(log) + 4, "text-anchor": "end" }, log === 0 ? "1" : `1e${log}`));
  }
  drawn.append(shapeOf("text", { x: 44, y: 99 }, `step ${first}`));
  drawn.append(shapeOf("text", { x: 280, y: 99, "text-anchor": "end" }, `step ${last}`));
  const path = known.map(([step], k) => `${k ? "L" : "M"}${x(step).toFixed(1)} ${y(logs[k]).toFixed(1)}`).join("");
  drawn.append(shapeOf("path", { d: path, class: "curve" }));
  for (const [k, [step, size]] of known.length > 200 ? [] : known.entries()) {
    const dot = shapeOf("circle", { cx: x(step).toFixed(1), cy: y(logs[k]).toFixed(1), r: known.length > 60 ? 1 : 2.2 });
    dot.append(shapeOf("title", {}, `step ${step}: ${say(size)}`));
    drawn.append(dot);
  }
  return element("figure", {}, element("figcaption", {}, caption), drawn);
}
