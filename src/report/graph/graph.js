// A click opens or closes a scene; rows below, and the lines that collect them, move along.
const svg = document.currentScript.closest("svg");
const rows = [...svg.querySelectorAll(".row")];
const top0 = 92, between = 8, margin = 16;
function place() {
  let y = top0, shut = true;
  for (const row of rows) {
    row.setAttribute("transform", `translate(0 ${y})`);
    shut = row.querySelector(".open").getAttribute("display") === "none";
    y += between + Number(shut ? row.dataset.shut : row.dataset.open);
  }
  const film = Number(svg.dataset.film), bottom = Math.max(y - between, film) + margin;
  for (const bus of svg.querySelectorAll(".bus")) {
    const end = y - between - Number(shut ? bus.dataset.shut : bus.dataset.open);
    bus.setAttribute("y2", Math.max(end, Number(bus.dataset.low)));
  }
  svg.setAttribute("height", bottom);
  svg.setAttribute("viewBox", `0 0 ${svg.viewBox.baseVal.width} ${bottom}`);
}
for (const row of rows) {
  row.classList.add("live");
  row.addEventListener("click", () => {
    const [shut, open] = [row.querySelector(".shut"), row.querySelector(".open")];
    const opens = open.getAttribute("display") === "none";
    (opens ? open : shut).removeAttribute("display");
    (opens ? shut : open).setAttribute("display", "none");
    place();
  });
}
