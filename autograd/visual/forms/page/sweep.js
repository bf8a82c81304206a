// The backward sweep, step by step: what has arrived, the rule, and what flows on.

function sweepBar(viewer, count) {
  const slider = element("input", {
    type: "range", min: 0, max: count, value: 0, "aria-label": "step of the backward sweep",
    oninput: () => viewer.goTo(Number(slider.value)),
  });
  let timer = null;
  const play = element("button", { onclick: toggle, "aria-label": "play the backward sweep" }, "▶");
  function stop() {
    clearInterval(timer);
    timer = null;
    play.textContent = "▶";
  }
  function toggle() {
    if (timer !== null) return stop();
    if (viewer.step === count) viewer.goTo(0);
    play.textContent = "❚❚";
    timer = setInterval(() => (viewer.step < count ? viewer.goTo(viewer.step + 1) : stop()), 800);
  }
  const text = element("output", {});
  const bar = element("div", { class: "sweep", role: "group", "aria-label": "backward, step by step" },
    element("b", {}, "Backward"),
    element("button", { onclick: () => viewer.goTo(viewer.step - 1), "aria-label": "previous step" }, "‹"),
    play,
    element("button", { onclick: () => viewer.goTo(viewer.step + 1), "aria-label": "next step" }, "›"),
    slider, text);
  function show(step) {
    slider.value = step;
    text.textContent = step ? `step ${step} of ${count}` : `${count} steps`;
  }
  show(0);
  return { bar, show, toggle, stop };
}

const arrived = (data, step) => step.cotangent ?? data.nodes[step.node].cotangent;
const flowing = (data, flow) => flow.value ?? data.nodes[flow.operand].cotangent;

// The panel of one step; `pick` is called with a node that is clicked on.
function stepDetails(data, step, pick) {
  const node = data.nodes[step.node];
  const where = stepsOf(data, node);
  const flows = step.flows.map((flow) => element("li", {},
    "to ", element("button", { class: "link", onclick: () => pick(flow.operand) }, title(data.nodes[flow.operand])), ": ",
    element("span", { class: "rule" }, flow.adds ? flow.rule.replace(" = ", " += ") : flow.rule),
    element("span", { class: "number" }, `${flow.numbers ? ` = ${flow.numbers}` : ""} = ${say(flowing(data, flow))}`),
    flow.adds ? element("small", {}, "+= : something has arrived there before") : null));
  return [
    element("h3", {}, title(node)), where ? element("p", {}, where) : null,
    element("p", { class: "arrived" }, "g = ", element("span", { class: "number" }, say(arrived(data, step))), " has arrived"),
    flows.length ? element("ul", {}, ...flows) : element("p", {}, "a leaf: this is its gradient"),
  ];
}

function stepAloud(data, step, k, count) {
  const flows = step.flows.map((flow) =>
    `${title(data.nodes[flow.operand])} ${flow.adds ? "gets in addition" : "gets"} ${flow.rule}, ${say(flowing(data, flow))}`);
  return [`Step ${k} of ${count}: ${title(data.nodes[step.node])}. ${say(arrived(data, step))} has arrived`, ...flows].join(". ");
}
