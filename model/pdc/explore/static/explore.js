"use strict";
// The address is the question: everything that is asked is written there first, then answered.
(() => {
  const byId = (id) => document.getElementById(id);
  const words = document.body.dataset, lang = document.documentElement.lang;
  const collator = new Intl.Collator(lang, { numeric: true });
  const KINDS = ["set", "scenario", "data", "close", "new", "pin"];
  const plainOf = (name) => name.replace(/^off\./, "");
  let maps = null, opened = null, wanted = 0, shown = 0, flying = false, lastSearch = "";

  // the question -------------------------------------------------------------------------------------
  const read = () => {
    const found = new URLSearchParams(location.search);
    const changes = [...found].filter(([name]) => KINDS.includes(plainOf(name)));
    return { title: found.get("title") || words.first, changes, base: found.get("base") || "", measure: found.get("m") || "" };
  };
  const query = (asked) => new URLSearchParams([["title", asked.title], ...asked.changes]).toString();
  const address = (asked) => {
    const all = new URLSearchParams([["title", asked.title], ...asked.changes]);
    if (asked.base) all.set("base", asked.base);
    if (asked.measure) all.set("m", asked.measure);
    return "?" + all;
  };
  const write = (asked, step = true) => {
    const at = address(asked);
    if (at === location.search) return;
    if (step) history.pushState(null, "", at); else history.replaceState(null, "", at);
    follow();
  };
  // A change replaces the one about the same thing; null takes it away.
  const put = (kind, about, text, step, titles = []) => {
    const asked = read();
    // Who turns a number wants to see whom it is about.
    if (text !== null && titles.length && !titles.includes(asked.title)) asked.title = titles[0];
    asked.changes = asked.changes.filter(([name, old]) => !(plainOf(name) === kind && old.startsWith(about)));
    if (text !== null) asked.changes.push([kind, text]);
    write(asked, step);
  };

  const post = async (name, body) => {
    const answer = await fetch(name, { method: "POST", body: JSON.stringify(body) });
    return [answer.status, await answer.json()];
  };

  // the answer ---------------------------------------------------------------------------------------
  const say = (state) => {
    byId("state").textContent = words[state];
    byId("see").classList.toggle("busy", state !== "ready");
    byId("see").setAttribute("aria-busy", String(state === "pending"));
  };
  const problem = (faults) => {
    byId("problem").replaceChildren(...faults.map((text) => Object.assign(document.createElement("p"), { textContent: text })));
  };
  const follow = () => { wanted += 1; controls(); say("pending"); fly(); };
  // One question is on its way at a time; when it is back, the newest is asked. What is old is not shown.
  const fly = async () => {
    if (flying) return;
    flying = true;
    while (shown < wanted) {
      const mine = wanted, asked = read();
      let state = "failed";
      try {
        const [status, said] = await post("answer", { query: query(asked), base: asked.base });
        if (mine === wanted) {
          if (status === 200) { show(said, asked); problem([]); state = "ready"; }
          else if (said.old) { shown = mine - 1; continue; }
          else { problem(said.faults || [words.lost]); words_of(asked); }
        }
      } catch (error) {
        if (mine === wanted) problem([words.lost]);
      }
      shown = mine;
      if (mine === wanted) { say(state); document.body.dataset.shown = String(mine); document.body.dataset.query = query(asked); }
    }
    flying = false;
  };
  const words_of = async (asked) => {
    const [status, said] = await post("question", { query: query(asked) });
    if (status === 200 && query(read()) === query(asked)) keep(said, asked);
  };
  const keep = (said, asked) => {
    byId("chips").innerHTML = said.chips;
    byId("command").textContent = said.command;
    byId("toml").textContent = said.toml;
    byId("save-toml").href = "scenario.toml?" + query(asked);
    byId("save-zip").href = "pdc.zip?" + query(asked);
  };
  const show = (said, asked) => {
    keep(said, asked);
    for (const [name, html] of Object.entries(said.html)) {
      const part = byId("part-" + name);
      if (!part) continue;
      const order = [...part.querySelectorAll("th[aria-sort]")].map((head) => [head.cellIndex, head.getAttribute("aria-sort")]);
      part.innerHTML = html;
      const table = part.querySelector("table");
      if (table && order.length) sort(table, order[0][0], order[0][1] === "descending");
    }
    maps = said.maps;
    byId("live").textContent = said.live;
    paint();
    only();
    if (opened) openPlace(...opened, false);
  };
  // What does not differ has the colour of the land, in the dark too.
  const same = (colour, drawn) => drawn.legend.some(([one, text]) => one === colour && text === "0");
  const paint = () => {
    const measure = byId("measure");
    if (!maps || !measure) return;
    const drawn = maps[measure.value];
    for (const shape of byId("map").querySelectorAll("use")) {
      const [colour, note] = drawn.fill[shape.dataset.code] || ["", ""];
      shape.style.fill = same(colour, drawn) ? "" : colour;
      shape.querySelector("title").textContent = note;
      shape.classList.toggle("open", Boolean(opened && opened[0] === "province" && opened[1] === shape.dataset.code));
    }
    byId("legend").replaceChildren(...drawn.legend.map(([colour, text]) => {
      const item = document.createElement("li"), box = document.createElement("span");
      box.style.background = same(colour, drawn) ? "var(--land)" : colour;
      item.append(box, text);
      return item;
    }));
    byId("map-name").textContent = byId("title").selectedOptions[0].textContent + ": " + measure.selectedOptions[0].textContent + ".";
  };

  // controls follow the address ------------------------------------------------------------------------
  const controls = () => {
    const asked = read();
    byId("title").value = asked.title;
    // Without a change there is none to draw.
    if (byId("measure")) byId("measure").value = asked.measure || (asked.changes.length || asked.base ? "change" : "per_100k");
    byId("reset-base").hidden = !asked.base;
    byId("accept").disabled = !asked.changes.length;
    const on = new Set(asked.changes.filter(([name]) => name === "scenario").map(([, text]) => text));
    for (const box of document.querySelectorAll("[data-scenario]")) box.checked = on.has(box.dataset.scenario);
    const sets = new Map(asked.changes.filter(([name]) => name === "set").map(([, text]) => text.split(/=(.*)/s)));
    for (const field of document.querySelectorAll(".field")) {
      const value = sets.has(field.dataset.name) ? sets.get(field.dataset.name) : field.dataset.law;
      for (const input of field.querySelectorAll("input, select")) {
        if (input.type === "checkbox") input.checked = value === "true";
        else if (input !== document.activeElement) input.value = value.replace(",", ".");
      }
      const back = field.querySelector("[data-law-of]");
      if (back) back.hidden = value === field.dataset.law;
    }
  };
  const setNumber = (field, value, step) => {
    const name = field.dataset.name;
    put("set", name + "=", value === field.dataset.law || value === "" ? null : `${name}=${value}`, step, field.closest(".clause").dataset.titles.split(" ").filter(Boolean));
  };
  let dragging = false;
  document.addEventListener("input", (event) => {
    const input = event.target, field = input.closest(".field");
    if (!field || input.type !== "range") return;
    const other = byId("n-" + field.dataset.name);
    if (other) other.value = input.value;
    // The first move of a drag is a step that can be undone; the others replace it.
    setNumber(field, input.value, !dragging);
    dragging = true;
  });
  document.addEventListener("change", (event) => {
    const input = event.target, field = input.closest(".field");
    if (field) {
      if (input.type === "range") { dragging = false; return; }
      const value = input.type === "checkbox" ? String(input.checked) : input.value.trim().replace(",", ".");
      setNumber(field, value, true);
    } else if (input.dataset.scenario) {
      put("scenario", input.dataset.scenario, input.checked ? input.dataset.scenario : null);
    } else if (input.dataset.chip) {
      const asked = read(), at = Number(input.dataset.chip), [name, text] = asked.changes[at];
      asked.changes[at] = [input.checked ? plainOf(name) : "off." + plainOf(name), text];
      write(asked);
    } else if (input.id === "title") {
      write({ ...read(), title: input.value });
    } else if (input.id === "measure") {
      history.replaceState(null, "", address({ ...read(), measure: input.value }));
      paint();
    } else if (input.id === "only") {
      only();
    } else if (input.id === "province") {
      if (input.value) openPlace("province", input.value); else closePlace();
    }
  });

  // searching the law ----------------------------------------------------------------------------------
  let pause = 0;
  const search = async () => {
    const word = byId("word").value.trim();
    lastSearch = word;
    if (!word) { byId("clauses").replaceChildren(); return; }
    const [status, said] = await post("clauses", { word, query: query(read()) });
    if (status === 200 && word === lastSearch) byId("clauses").innerHTML = said.html;
  };
  byId("word").addEventListener("input", () => { clearTimeout(pause); pause = setTimeout(search, 180); });
  byId("search-form").addEventListener("submit", (event) => { event.preventDefault(); clearTimeout(pause); search(); });

  // places ---------------------------------------------------------------------------------------------
  const openPlace = async (level, code, move = true) => {
    opened = [level, code];
    const asked = read();
    const [status, said] = await post("place", { level, code, query: query(asked), base: asked.base });
    if (status !== 200 || !opened || opened[1] !== code) return;
    byId("place").innerHTML = said.html;
    if (level === "province") byId("province").value = code;
    paint();
    if (move) { byId("place").focus({ preventScroll: true }); byId("place").scrollIntoView({ block: "nearest" }); }
  };
  const closePlace = () => { opened = null; byId("place").replaceChildren(); byId("province").value = ""; paint(); };
  document.addEventListener("submit", (event) => {
    const form = event.target, kind = form.dataset.form;
    if (!kind) return;
    event.preventDefault();
    const { level, code } = form.closest(".place").dataset;
    const value = (name) => form.elements[name].value.trim();
    if (kind === "pin") put("pin", `${form.dataset.title}@${level}:${code}=`, `${form.dataset.title}@${level}:${code}=${value("posts")}`);
    if (kind === "data") {
      const about = `${form.dataset.column}@${level}:${code}*`, times = Number(((100 + Number(value("percent"))) / 100).toFixed(6));
      put("data", about, times === 1 ? null : about + times);
    }
    if (kind === "value") put("data", `${form.dataset.column}@${level}:${code}=`, `${form.dataset.column}@${level}:${code}=${value("value")}`);
    if (kind === "new") {
      const used = read().changes.filter(([name]) => plainOf(name) === "new").length;
      const columns = [["unit_code", `NEW-${code}-${used + 1}`], ["district_code", code], ["unit", value("unit")], ["kind", value("kind")]];
      if (form.dataset.size) columns.push([form.dataset.size, value("size")]);
      put("new", "\0", new URLSearchParams(columns).toString());
    }
  });

  // clicks ---------------------------------------------------------------------------------------------
  document.addEventListener("click", (event) => {
    const shape = event.target.closest("#map use");
    if (shape) { openPlace("province", shape.dataset.code); return; }
    const button = event.target.closest("button");
    if (!button) return;
    const head = button.closest("thead th");
    if (head) {
      const order = head.getAttribute("aria-sort");
      sort(head.closest("table"), head.cellIndex, order ? order === "ascending" : head.classList.contains("n"));
    } else if (button.dataset.why) {
      const [what, ...rest] = button.dataset.why.split("|");
      if (what === "place") openPlace(rest[0], rest.slice(1).join("|"));
      else why(rest[0], rest[1], rest.slice(2).join("|"), button);
    } else if (button.dataset.vary) {
      openLine(button);
    } else if (button.dataset.show) {
      write({ ...read(), title: button.dataset.show });
    } else if (button.dataset.lawOf) {
      setNumber(button.closest(".field"), button.closest(".field").dataset.law, true);
    } else if (button.dataset.drop) {
      const asked = read();
      asked.changes.splice(Number(button.dataset.drop), 1);
      write(asked);
    } else if (button.dataset.closeUnit) {
      const asked = read();
      asked.changes = asked.changes.filter(([name, text]) => !(plainOf(name) === "close" && text === button.dataset.closeUnit));
      asked.changes.push(["close", button.dataset.closeUnit]);
      write(asked);
    } else if ("closeTable" in button.dataset) {
      byId("dropped").replaceChildren();
      byId("table").value = "";
    } else if ("close" in button.dataset) {
      closePlace();
    } else if (button.dataset.copyOf) {
      copy(byId(button.dataset.copyOf), button);
    } else if (button.id === "undo") {
      history.back();
    } else if (button.id === "redo") {
      history.forward();
    } else if (button.id === "accept") {
      const asked = read();
      write({ ...asked, base: new URLSearchParams(asked.changes).toString() });
    } else if (button.id === "reset-base") {
      write({ ...read(), base: "" });
    }
  });
  document.addEventListener("keydown", (event) => {
    const typing = event.target.matches("input[type=text], input[type=search], input[type=number], input:not([type])");
    if (typing || !(event.ctrlKey || event.metaKey)) return;
    const key = event.key.toLowerCase();
    if (key === "z" && !event.shiftKey) { event.preventDefault(); history.back(); }
    else if (key === "y" || (key === "z" && event.shiftKey)) { event.preventDefault(); history.forward(); }
  });
  addEventListener("popstate", follow);

  // tables ---------------------------------------------------------------------------------------------
  const sort = (table, column, descending) => {
    const heads = table.tHead.rows[0].cells, body = table.tBodies[0];
    for (const head of heads) head.removeAttribute("aria-sort");
    heads[column].setAttribute("aria-sort", descending ? "descending" : "ascending");
    const key = (row) => {
      const cell = row.cells[column];
      if (!cell) return null;
      if (cell.dataset.v !== undefined) return Number(cell.dataset.v);
      return cell.classList.contains("n") ? null : cell.textContent;
    };
    const rows = Array.from(body.rows, (row) => [key(row), row]);
    rows.sort(([a], [b]) => {
      if (a === null || b === null) return (a === null) - (b === null);
      const order = typeof a === "number" && typeof b === "number" ? a - b : collator.compare(a, b);
      return descending ? -order : order;
    });
    body.append(...rows.map(([, row]) => row));
  };
  document.addEventListener("input", (event) => {
    const table = event.target.dataset.table && byId(event.target.dataset.table);
    if (!table) return;
    const fold = (text) => text.toLocaleLowerCase("tr").normalize("NFD").replace(/\p{M}/gu, "").replace(/ı/g, "i");
    const parts = fold(event.target.value).split(/\s+/).filter(Boolean);
    for (const row of table.tBodies[0].rows) row.hidden = !parts.every((part) => fold(row.textContent).includes(part));
  });
  const only = () => {
    const box = byId("only");
    for (const table of document.querySelectorAll("#results table")) {
      const at = Array.from(table.tHead.rows[0].cells).findIndex((head) => ["difference", "change"].includes(head.dataset.key));
      if (at < 0) continue;
      for (const row of table.tBodies[0].rows) row.classList.toggle("same", Boolean(box && box.checked && row.cells[at] && Number(row.cells[at].dataset.v || 0) === 0));
    }
  };
  // Numbers go as a spreadsheet of the language reads them; a text that it would compute gets a quote before it.
  const copy = async (table, button) => {
    const rows = [table.tHead.rows[0], ...Array.from(table.tBodies[0].rows).filter((row) => !row.hidden && !row.classList.contains("same"))];
    const cell = (one) => {
      if (one.dataset.v !== undefined) return lang === "tr" ? one.dataset.v.replace(/\.0$/, "").replace(".", ",") : one.dataset.v.replace(/\.0$/, "");
      const text = one.textContent.trim().replace(/[\t\r\n]+/g, " ");
      return /^[=+\-@]/.test(text) ? "'" + text : text;
    };
    const text = rows.map((row) => Array.from(row.cells, cell).join("\t")).join("\r\n");
    document.body.dataset.lastCopy = text;
    try { await navigator.clipboard.writeText(text); button.textContent = words.copied; } catch (error) { return; }
    setTimeout(() => { button.textContent = words.copy; }, 1500);
  };

  // a hand-made table ----------------------------------------------------------------------------------
  let lastTable = 0;
  const measureTable = async (file) => {
    const mine = lastTable += 1, room = byId("dropped");
    room.textContent = words.reading;
    const bytes = new Uint8Array(await file.arrayBuffer());
    let text = "";
    for (let i = 0; i < bytes.length; i += 32768) text += String.fromCharCode(...bytes.subarray(i, i + 32768));
    let said;
    try { said = (await post("table", { name: file.name, content: btoa(text), query: query(read()) }))[1]; }
    catch (error) { said = { faults: [words.lost] }; }
    if (mine !== lastTable) return;
    if (said.html) { room.innerHTML = said.html; room.scrollIntoView({ block: "start" }); room.focus({ preventScroll: true }); }
    else room.replaceChildren(...said.faults.map((one) => Object.assign(document.createElement("p"), { className: "problem", textContent: one })));
  };
  byId("table").addEventListener("change", (event) => { if (event.target.files[0]) measureTable(event.target.files[0]); });
  document.addEventListener("dragover", (event) => event.preventDefault());
  document.addEventListener("drop", (event) => {
    event.preventDefault();
    if (event.dataTransfer.files[0]) measureTable(event.dataTransfer.files[0]);
  });

  // vary this ------------------------------------------------------------------------------------------
  let line = null; // the line that is being drawn; another one takes its place
  const HALVED = 10;
  const openLine = (button) => {
    const most = Number(button.dataset.most), law = Number(button.closest(".field").dataset.law);
    line = null;
    byId("vary").hidden = false;
    byId("vary").dataset.name = button.dataset.vary;
    byId("vary-name").textContent = button.dataset.label;
    byId("vary-from").value = law ? Number((law / 2).toFixed(6)) : 0;
    byId("vary-to").value = law ? Number((law * 1.5).toFixed(6)) : most;
    byId("vary-state").textContent = "";
    byId("vary-plot").replaceChildren();
    byId("vary-table").tBodies[0].replaceChildren();
    byId("vary").scrollIntoView({ block: "nearest" });
    byId("vary-from").focus();
  };
  const draw = async () => {
    const asked = read(), name = byId("vary").dataset.name, mine = line = { name, points: [] };
    const from = Number(byId("vary-from").value), to = Number(byId("vary-to").value), count = Math.min(40, Math.max(2, Number(byId("vary-points").value)));
    const point = async (x) => {
      const body = { query: query(asked), base: asked.base, name, value: String(x), province: byId("province").value };
      const [status, said] = await post("vary", body);
      if (line !== mine) return false;
      if (status !== 200) { byId("vary-state").textContent = `${x}: ${(said.faults || []).join(" ")}`; return status === 422; }
      mine.points.push({ x, ...said });
      mine.points.sort((a, b) => a.x - b.x);
      plot();
      return true;
    };
    try {
      for (let i = 0; i < count; i += 1) if (!await point(Number((from + ((to - from) * i) / (count - 1)).toFixed(6)))) return;
      for (let i = 0; i < HALVED; i += 1) {
        const key = byId("vary-outcome").value, gaps = mine.points.slice(1).map((b, k) => [Math.abs(b[key] - mine.points[k][key]), mine.points[k].x, b.x]);
        const wide = gaps.filter(([gap, a, b]) => gap > 0 && b - a > Math.abs(to - from) / 500).sort((a, b) => b[0] - a[0])[0];
        if (!wide || !await point(Number(((wide[1] + wide[2]) / 2).toFixed(6)))) return;
      }
    } catch (error) { byId("vary-state").textContent = words.lost; }
  };
  const svg = (tag, attributes, text) => {
    const made = document.createElementNS("http://www.w3.org/2000/svg", tag);
    for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
    if (text !== undefined) made.textContent = text;
    return made;
  };
  const plot = () => {
    if (!line) return;
    const key = byId("vary-outcome").value, points = line.points, show = (v) => new Intl.NumberFormat(lang === "tr" ? "tr-TR" : "en-GB", { maximumFractionDigits: 4 }).format(v);
    byId("vary-state").textContent = `${words.points} ${points.length}`;
    const xs = points.map((p) => p.x), ys = points.map((p) => p[key]);
    const [x0, x1, y0, y1] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
    const X = (x) => 70 + (x1 > x0 ? ((x - x0) / (x1 - x0)) * 550 : 275), Y = (y) => 260 - (y1 > y0 ? ((y - y0) / (y1 - y0)) * 235 : 117);
    const parts = [svg("path", { class: "axis", d: "M70 20V260H625" })];
    for (const y of new Set([y0, y1])) parts.push(svg("text", { x: 64, y: Y(y) + 4, "text-anchor": "end" }, show(y)));
    for (const x of new Set([x0, x1])) parts.push(svg("text", { x: X(x), y: 280, "text-anchor": "middle" }, show(x)));
    parts.push(svg("path", { class: "after", d: "M" + points.map((p) => `${X(p.x).toFixed(1)} ${Y(p[key]).toFixed(1)}`).join("L") }));
    for (const p of points) {
      const dot = svg("circle", { cx: X(p.x).toFixed(1), cy: Y(p[key]).toFixed(1), r: 3.5, class: "point" });
      dot.append(svg("title", {}, `${show(p.x)}: ${show(p[key])}`));
      parts.push(dot);
    }
    byId("vary-plot").replaceChildren(...parts);
    byId("vary-table").tBodies[0].replaceChildren(...points.map((p) => {
      const row = document.createElement("tr");
      row.append(...["x", "short", "moved", "deviation", "posts", "province"].map((one) => {
        const cell = document.createElement("td");
        cell.className = "n";
        if (p[one] === null) cell.textContent = "–"; else { cell.dataset.v = p[one]; cell.textContent = show(p[one]); }
        return cell;
      }));
      return row;
    }));
  };
  byId("vary-form").addEventListener("submit", (event) => { event.preventDefault(); draw(); });
  byId("vary-outcome").addEventListener("change", plot);
  byId("vary-close").addEventListener("click", () => { line = null; byId("vary").hidden = true; });

  // why a number ---------------------------------------------------------------------------------------
  const why = async (title, level, code, button) => {
    const dialog = byId("why-dialog"), body = byId("why-body");
    byId("why-title").textContent = button.textContent;
    body.textContent = words.explaining;
    dialog.showModal();
    const [, said] = await post("explain", { title, level, code, query: query(read()) });
    if (said.faults) { body.textContent = said.faults.join(" "); return; }
    byId("why-title").textContent = said.heading;
    body.replaceChildren(...said.parts.flatMap((part) => {
      const head = Object.assign(document.createElement("h3"), { textContent: part.heading });
      const list = document.createElement("ul");
      list.append(...part.lines.map((line) => Object.assign(document.createElement("li"), { textContent: line })));
      return [head, list];
    }));
  };

  if (words.first) follow();
})();
