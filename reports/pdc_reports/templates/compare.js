"use strict";
(() => {
  const data = JSON.parse(document.getElementById("compare-data").textContent);
  const byId = (id) => document.getElementById(id);
  const select = byId("compare-title");
  const show = () => {
    const view = data.views[select.value];
    data.codes.forEach((code, i) => {
      const shape = byId("p" + code);
      if (!shape) return;
      shape.style.fill = view.fill[i];
      const note = shape.querySelector("title");
      if (note) note.textContent = view.notes[i];
    });
    byId("legend").innerHTML = view.legend.map(([colour, label]) => `<li><span style="background:${colour}"></span>${label}</li>`).join("");
    byId("scatter").innerHTML = view.scatter;
    byId("chosen").textContent = data.names[select.value];
  };
  select.addEventListener("change", show);
  // difference.html#title=hemsire shows a title at once.
  window.showTitle = (title) => {
    if (!(title in data.views)) return;
    select.value = title;
    show();
  };
})();
