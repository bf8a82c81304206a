// Words and elements. Text from a graph only ever becomes the text of an element, never markup.

function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else if (value !== false && value != null) made.setAttribute(name, value === true ? "" : value);
  }
  made.append(...children.filter((child) => child != null));
  return made;
}

function say(value) {
  if (value == null) return "unknown";
  if (Number.isNaN(value)) return "nan";
  if (typeof value === "number") return String(Number(value.toPrecision(4))).replace("Infinity", "inf");
  if (Array.isArray(value)) return `[${value.map(say).join(", ")}]`;
  if (typeof value !== "object") return String(value);
  return Object.entries(value).filter(([key, v]) => v !== 0 || !["nan", "inf"].includes(key))
    .map(([key, v]) => `${key} ${say(v)}`).join(", ");
}

function shape(of) {
  const parts = of.map((n) => (Array.isArray(n) ? shape(n) : n));
  return `(${parts.join(", ")}${parts.length === 1 ? "," : ""})`;
}

// 1536 -> "1.5 kB"; 0.0002 -> "200 µs"
function scaled(value, steps) {
  for (const [size, unit] of steps) if (value >= size) return `${Number((value / size).toPrecision(3))} ${unit}`;
  return `${value} ${steps.at(-1)[1]}`;
}
const bytes = (n) => scaled(n, [[1e9, "GB"], [1e6, "MB"], [1e3, "kB"], [1, "bytes"]]);
const seconds = (s) => scaled(s, [[1, "s"], [1e-3, "ms"], [1e-6, "µs"], [1e-9, "ns"]]);

function title(node) {
  const given = Object.entries(node.parameters ?? {}).map(([key, value]) => `${key}=${value}`).join(", ");
  const made = given ? `${node.op}(${given})` : node.op;
  return [node.called ?? node.name, made].filter(Boolean).join(" = ") || node.kind;
}

// The Euclidean norm of a value as the data has it: a number, a list of few numbers, or statistics of many.
function norm(value) {
  if (typeof value === "number") return Math.abs(value);
  if (typeof value === "string") return Math.abs(Number(value.replace("inf", "Infinity"))); // JSON lacks infinities
  if (Array.isArray(value)) return value.length ? Math.hypot(...value.map(norm)) : 0;
  return value == null ? NaN : norm(value.norm ?? "nan");
}
