// The mouse and the keys.

function listen(viewer) {
  const boxOf = (event) => {
    const k = event.target.closest?.(".box")?.dataset.k;
    return k === undefined ? null : Number(k);
  };
  viewer.stage.addEventListener("pointerover", (event) => viewer.look(boxOf(event) ?? viewer.picked));
  viewer.stage.addEventListener("pointerleave", () => viewer.look(viewer.picked));
  viewer.stage.addEventListener("focusin", (event) => viewer.look(boxOf(event) ?? viewer.picked));
  viewer.stage.addEventListener("click", (event) => viewer.pick(boxOf(event)));
  viewer.stage.addEventListener("dblclick", (event) => boxOf(event) !== null && viewer.open(boxOf(event)));
  viewer.root.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || /^(INPUT|SELECT)$/.test(event.target.tagName)) return;
    if (onKey(viewer, event.key, boxOf(event), event.target.tagName === "BUTTON")) event.preventDefault();
  });
}

// Whether the key meant something here: `k` is the box that has the focus.
function onKey(viewer, key, k, onButton) {
  if (k !== null && key.startsWith("Arrow")) {
    const next = walk(viewer, k, key);
    if (next !== undefined) viewer.focus(next);
  } else if (k !== null && key === "Enter") viewer.open(k);
  else if (key === "Escape") { viewer.sweep?.stop(); viewer.pick(null); viewer.find(""); }
  else if (key === "+" || key === "=") viewer.zoom.by(1.25);
  else if (key === "-") viewer.zoom.by(0.8);
  else if (key === "0") viewer.zoom.fit();
  else if (viewer.sweep && key === " " && !onButton) viewer.sweep.toggle();
  else if (viewer.sweep && ["ArrowLeft", ","].includes(key)) viewer.goTo(viewer.step - 1);
  else if (viewer.sweep && ["ArrowRight", "."].includes(key)) viewer.goTo(viewer.step + 1);
  else return false;
  return true;
}

// up: to the first operand; down: to the first use; left and right: to the neighbour in the same row
function walk(viewer, k, key) {
  const { lines } = viewer.data.views[viewer.view];
  if (key === "ArrowUp") return lines.find(([, target]) => target === k)?.[0];
  if (key === "ArrowDown") return lines.find(([source]) => source === k)?.[1];
  const middle = (i) => {
    const { left, right, top, bottom, height } = viewer.group(i).getBoundingClientRect();
    return [(left + right) / 2, (top + bottom) / 2, height];
  };
  const [x, y, height] = middle(k);
  const way = key === "ArrowRight" ? 1 : -1;
  let best, nearest = Infinity;
  viewer.groups.forEach((_, i) => {
    const [ix, iy] = middle(i);
    const distance = (ix - x) * way;
    if (distance > 1 && Math.abs(iy - y) < height && distance < nearest) [best, nearest] = [i, distance];
  });
  return best;
}
