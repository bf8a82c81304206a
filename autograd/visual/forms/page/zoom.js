// Zoom and pan: the picture has a size, and the stage scrolls, so that scroll bars, touch and the wheel work as always.

function zoomable(stage, picture) {
  let scale = 1;

  function natural() {
    const { width, height } = picture().viewBox.baseVal;
    return [width, height];
  }

  // keep the point (x, y) of the stage where it is; without one, its centre
  function zoom(to, x = stage.clientWidth / 2, y = stage.clientHeight / 2) {
    const [width, height] = natural();
    const before = scale;
    scale = Math.min(4, Math.max(0.02, to));
    const [left, top] = [stage.scrollLeft + x, stage.scrollTop + y];
    picture().style.cssText = `max-width:none;width:${width * scale}px;height:${height * scale}px`;
    stage.scrollLeft = (left * scale) / before - x;
    stage.scrollTop = (top * scale) / before - y;
  }

  function fit(whole = true) {
    const [width, height] = natural();
    const wide = (stage.clientWidth - 4) / width, high = (stage.clientHeight - 4) / height;
    zoom(Math.max(whole ? 0 : 0.6, Math.min(1.4, wide, high)));
    const first = picture().querySelector(".box:not(.input, .parameter, .constant)");
    if (first) reveal(first); // beside its leaves, the program may begin far to the right
  }

  function reveal(box) {
    const [inner, outer] = [box.getBoundingClientRect(), stage.getBoundingClientRect()];
    if (inner.left < outer.left || inner.right > outer.right) {
      stage.scrollLeft += (inner.left + inner.right - outer.left - outer.right) / 2;
    }
    if (inner.top < outer.top || inner.bottom > outer.bottom) {
      stage.scrollTop += (inner.top + inner.bottom - outer.top - outer.bottom) / 2;
    }
  }

  stage.addEventListener("wheel", (event) => {
    if (!event.ctrlKey && !event.metaKey) return; // the plain wheel scrolls; a pinch arrives with ctrl
    event.preventDefault();
    const corner = stage.getBoundingClientRect();
    zoom(scale * Math.exp(-event.deltaY / 300), event.clientX - corner.left, event.clientY - corner.top);
  }, { passive: false });
  stage.addEventListener("pointerdown", (event) => {
    if (event.pointerType !== "mouse" || event.button !== 0 || event.target.closest(".box")) return;
    const drag = (move) => stage.scrollBy(-move.movementX, -move.movementY);
    stage.setPointerCapture(event.pointerId);
    stage.addEventListener("pointermove", drag);
    for (const end of ["pointerup", "pointercancel"]) {
      stage.addEventListener(end, () => stage.removeEventListener("pointermove", drag), { once: true });
    }
  });
  return { by: (factor) => zoom(scale * factor), fit, reveal };
}
