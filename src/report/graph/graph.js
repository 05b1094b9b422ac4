// A click opens or closes a scene; rows below, and the lines that collect them, move along.
const svg = document.currentScript.closest("svg");
const rows = [...svg.querySelectorAll(".row")];
const top0 = 92, between = 8, margin = 16;
const isShut = (row) => row.querySelector(".open").getAttribute("display") === "none";
function place() {
  let y = top0;
  const met = { pictures: [], words: [] };
  for (const row of rows) {
    row.setAttribute("transform", `translate(0 ${y})`);
    for (const name in met) {
      if (!row.dataset[name]) continue;
      const [first, last, shut] = row.dataset[name].split(" ").map(Number);
      met[name].push(...(isShut(row) ? [y + shut] : [y + first, y + last]));
    }
    y += between + Number(isShut(row) ? row.dataset.shut : row.dataset.open);
  }
  for (const bus of svg.querySelectorAll(".bus")) {
    const ys = [...met[bus.dataset.of], Number(bus.dataset.top), Number(bus.dataset.low)];
    bus.setAttribute("y1", Math.min(...ys));
    bus.setAttribute("y2", Math.max(...ys));
  }
  const bottom = Math.max(y - between, Number(svg.dataset.film)) + margin;
  svg.setAttribute("height", bottom);
  svg.setAttribute("viewBox", `0 0 ${svg.viewBox.baseVal.width} ${bottom}`);
}
for (const row of rows) {
  row.classList.add("live");
  row.addEventListener("click", () => {
    const [shut, open] = [row.querySelector(".shut"), row.querySelector(".open")];
    const opens = isShut(row);
    (opens ? open : shut).removeAttribute("display");
    (opens ? shut : open).setAttribute("display", "none");
    place();
  });
}
