"use strict";
// The address is the question: everything that is asked is written there first, then answered.
(() => {
  const byId = (id) => document.getElementById(id);
  const words = document.body.dataset, lang = document.documentElement.lang;
  const collator = new Intl.Collator(lang, { numeric: true });
  const KINDS = ["set", "scenario", "data", "close", "new", "pin"];
  const plainOf = (name) => name.replace(/^off\./, "");
  let maps = null, inner = null, given = null, opened = null, wanted = 0, shown = 0, flying = false, lastSearch = "";
  const drawnParts = new Map(); // HTML of each part as it was last sent: what is the same is left alone

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
    if (text !== null && titles.length && asked.title !== "all" && !titles.includes(asked.title)) asked.title = titles[0];
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
    byId("base-name").hidden = !asked.base;
    if (asked.base && said.base) byId("base-name").textContent = words.baseIs.replace("{what}", said.base.join(" · ") || words.baseGiven);
  };
  const show = (said, asked) => {
    keep(said, asked);
    for (const [name, html] of Object.entries(said.html)) {
      const part = byId("part-" + name);
      if (!part || drawnParts.get(name) === html) continue;
      drawnParts.set(name, html);
      const order = [...part.querySelectorAll("th[aria-sort]")].map((head) => [head.cellIndex, head.getAttribute("aria-sort")]);
      part.innerHTML = html;
      if (name === "groups") part.closest("section").hidden = !html;
      const table = part.querySelector("table");
      if (table && order.length) sort(table, order[0][0], order[0][1] === "descending");
    }
    maps = { ...said.maps, ...(given ? given.maps : {}) };
    for (const option of document.querySelectorAll("[data-of-one]")) option.hidden = option.disabled = !maps[option.value];
    byId("live").textContent = said.live;
    paint();
    only();
    if (opened) openPlace(...opened, false);
    if (given && given.query !== query(asked)) measureTable({ key: given.key });
  };
  // What does not differ has the colour of the land, in the dark too.
  const same = (colour, drawn) => drawn.legend.some(([one, text]) => one === colour && text === "0");
  const coloured = (shape, drawn, code) => {
    const [colour, note] = drawn.fill[code] || ["", ""];
    const fill = same(colour, drawn) ? "" : colour, told = shape.querySelector("title");
    if (shape.style.fill !== fill) shape.style.fill = fill;
    if (told.textContent !== note) told.textContent = note;
    return note;
  };
  const legend = (list, drawn) => {
    list.replaceChildren(...drawn.legend.map(([colour, text]) => {
      const item = document.createElement("li"), box = document.createElement("span");
      box.style.background = same(colour, drawn) ? "var(--land)" : colour;
      item.append(box, text);
      return item;
    }));
  };
  const paint = () => {
    const measure = byId("measure");
    if (!measure || !maps) return;
    // A map that this question does not have: the change, by its own name.
    if (!maps[measure.value]) measure.value = "change";
    const drawn = maps[measure.value];
    for (const shape of byId("map").querySelectorAll("use")) {
      coloured(shape, drawn, shape.dataset.code);
      shape.classList.toggle("open", Boolean(opened && opened[0] === "province" && opened[1] === shape.dataset.code));
    }
    legend(byId("legend"), drawn);
    byId("map-name").textContent = byId("title").selectedOptions[0].textContent + ": " + measure.selectedOptions[0].textContent + ".";
    paintDistricts(measure);
  };
  const paintDistricts = (measure) => {
    const map = byId("district-map");
    if (!map || !inner) return;
    const chosen = inner[measure.value] ? measure.value : "per_100k", drawn = inner[chosen];
    for (const shape of map.querySelectorAll("circle")) shape.setAttribute("aria-label", coloured(shape, drawn, shape.dataset.code));
    legend(byId("district-legend"), drawn);
    byId("district-measure").textContent = measure.querySelector(`option[value=${chosen}]`).textContent + ".";
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
      if (field.dataset.shape) { fill(field, value); continue; }
      for (const input of field.querySelectorAll("input, select")) {
        if (input.type === "checkbox") input.checked = value === "true";
        else if (input !== document.activeElement) input.value = value.replace(",", ".");
      }
      const back = field.querySelector("[data-law-of]");
      if (back) back.hidden = value === field.dataset.law;
    }
  };
  // A list of the law: its entries as one line of TOML, as the server writes it.
  const quote = (text) => JSON.stringify(text);
  const listOf = (field) => {
    const decimal = (input) => input.value.trim().replace(",", ".") || "0";
    const inputs = [...field.querySelectorAll("input")];
    if (field.dataset.shape === "names") return "[" + inputs.filter((one) => one.checked).map((one) => quote(one.dataset.key)).join(", ") + "]";
    if (field.dataset.shape === "table") return "{ " + inputs.map((one) => `${quote(one.dataset.key)} = ${one.dataset.number ? decimal(one) : quote(one.value.trim())}`).join(", ") + " }";
    return "[" + [...field.querySelectorAll("tbody tr")].map((row) => "[" + [...row.querySelectorAll("input")].map(decimal).join(", ") + "]").join(", ") + "]";
  };
  const fill = (field, text) => {
    let value;
    try { value = JSON.parse(text.replace(/" = /g, '": ')); } catch (error) { return; }
    const inputs = [...field.querySelectorAll("input")], flat = Array.isArray(value) ? value.flat() : [];
    inputs.forEach((input, i) => {
      if (input.type === "checkbox") input.checked = flat.includes(input.dataset.key);
      else if (input !== document.activeElement) input.value = input.dataset.key === undefined ? flat[i] : value[input.dataset.key];
      input.classList.toggle("changed", input.type === "checkbox" ? input.checked !== Boolean(input.dataset.of) : input.value !== input.dataset.of);
    });
    const back = field.querySelector("[data-law-of]");
    if (back) back.hidden = text === field.dataset.law;
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
      if (field.dataset.shape) { setNumber(field, listOf(field), true); return; }
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
  const examples = byId("clauses").innerHTML;
  const search = async () => {
    const word = byId("word").value.trim();
    lastSearch = word;
    if (!word) { byId("clauses").innerHTML = examples; return; }
    const [status, said] = await post("clauses", { word, query: query(read()) });
    if (status !== 200 || word !== lastSearch) return;
    byId("clauses").innerHTML = said.html;
    controls();
  };
  byId("word").addEventListener("input", () => { clearTimeout(pause); pause = setTimeout(search, 180); });
  byId("search-form").addEventListener("submit", (event) => { event.preventDefault(); clearTimeout(pause); search(); });

  // places ---------------------------------------------------------------------------------------------
  const openPlace = async (level, code, move = true) => {
    opened = [level, code];
    const asked = read();
    const [status, said] = await post("place", { level, code, query: query(asked), base: asked.base });
    if (status !== 200 || !opened || opened[1] !== code) return;
    inner = said.maps;
    if (move || !byId("place").contains(document.activeElement)) byId("place").innerHTML = said.html;
    else { const at = document.activeElement.id; byId("place").innerHTML = said.html; const again = at && byId(at); if (again) again.focus({ preventScroll: true }); }
    if (level === "province") byId("province").value = code;
    paint();
    if (move) { byId("place").focus({ preventScroll: true }); byId("place").scrollIntoView({ block: "nearest" }); }
  };
  const closePlace = () => { opened = null; inner = null; byId("place").replaceChildren(); byId("province").value = ""; paint(); };
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
      const district = form.elements.district ? form.elements.district.value : code;
      const columns = [["unit_code", `NEW-${district}-${used + 1}`], ["district_code", district], ["unit", value("unit")], ["kind", value("kind")]];
      if (form.dataset.size) columns.push([form.dataset.size, value("size")]);
      put("new", "\0", new URLSearchParams(columns).toString());
    }
  });

  // clicks ---------------------------------------------------------------------------------------------
  document.addEventListener("click", (event) => {
    const shape = event.target.closest("#map use");
    if (shape) { openPlace("province", shape.dataset.code); return; }
    const circle = event.target.closest("#district-map circle");
    if (circle) { openPlace("district", circle.dataset.code); return; }
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
    } else if (button.dataset.search) {
      byId("word").value = button.dataset.search;
      search();
    } else if (button.dataset.lock) {
      const text = button.dataset.lock;
      put("pin", text.slice(0, text.lastIndexOf("=") + 1), text);
    } else if (button.dataset.unpin) {
      put("pin", button.dataset.unpin, null);
    } else if (button.dataset.asBase) {
      write({ ...read(), base: new URLSearchParams([["scenario", button.dataset.asBase]]).toString() });
    } else if (button.dataset.measure) {
      history.replaceState(null, "", address({ ...read(), measure: button.dataset.measure }));
      controls();
      paint();
      byId("map").scrollIntoView({ block: "nearest" });
    } else if (button.dataset.mend) {
      mend(button);
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
      given = null;
      lastTable += 1;
      tableModes();
      const asked = read();
      if (asked.measure.startsWith("table_")) history.replaceState(null, "", address({ ...asked, measure: "" }));
      controls();
      paint();
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
    if (event.target.matches("#district-map circle") && (event.key === "Enter" || event.key === " ")) {
      event.preventDefault();
      openPlace("district", event.target.dataset.code);
      return;
    }
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
  const faults = (room, texts) => room.replaceChildren(...texts.map((one) => Object.assign(document.createElement("p"), { className: "problem", textContent: one })));
  const tableModes = () => {
    for (const option of document.querySelectorAll("[data-of-table]")) option.hidden = option.disabled = !(given && given.maps[option.value]);
  };
  // A new table goes as it is; one that is here is measured again, by the law of the question that is asked now.
  const measureTable = async (what) => {
    const mine = lastTable += 1, room = byId("dropped"), asked = read(), fresh = !what.key;
    const body = { query: query(asked), base: asked.base };
    if (fresh) {
      room.textContent = words.reading;
      const bytes = new Uint8Array(await what.arrayBuffer());
      let text = "";
      for (let i = 0; i < bytes.length; i += 32768) text += String.fromCharCode(...bytes.subarray(i, i + 32768));
      Object.assign(body, { name: what.name, content: btoa(text) });
    } else body.key = what.key;
    room.classList.add("busy-table");
    let said;
    try { said = (await post("table", body))[1]; }
    catch (error) { said = { faults: [words.lost] }; }
    if (mine !== lastTable) return;
    room.classList.remove("busy-table");
    if (said.old) { measureTable(what); return; }
    if (!said.html) { given = null; tableModes(); faults(room, said.faults); return; }
    given = { key: said.table, query: query(asked), maps: said.maps };
    if (maps) maps = { ...maps, ...said.maps };
    room.innerHTML = said.html;
    tableModes();
    if (fresh) {
      room.scrollIntoView({ block: "start" });
      room.focus({ preventScroll: true });
      // Who drops a table wants to see a title that it has, and where it fails.
      if (!said.shows && said.first) write({ ...asked, title: said.first, measure: "table_short" });
      else { history.replaceState(null, "", address({ ...asked, measure: "table_short" })); controls(); }
    }
    paint();
    only();
  };
  const mend = async (button) => {
    const room = byId("moves"), mine = lastTable;
    const line = Object.assign(document.createElement("p"), { textContent: words.mending }), far = document.createElement("p");
    const stop = Object.assign(document.createElement("button"), { type: "button", id: "mend-stop", textContent: words.mendStop });
    stop.addEventListener("click", () => post("stop", { what: "mend" }));
    button.disabled = true;
    room.replaceChildren(line, far, stop);
    const clock = setInterval(async () => {
      try { const [status, at] = await post("mending", {}); if (status === 200) far.textContent = at.text; } catch (error) { far.textContent = ""; }
    }, 1500);
    let said;
    try { said = (await post("mend", { key: button.dataset.mend, query: query(read()) }))[1]; }
    catch (error) { said = { faults: [words.lost] }; }
    clearInterval(clock);
    button.disabled = false;
    if (mine !== lastTable) return;
    if (said.old) { room.textContent = words.mendStopped; return; }
    if (said.html) { room.innerHTML = said.html; room.focus({ preventScroll: true }); } else faults(room, said.faults);
  };
  byId("table").addEventListener("change", (event) => { if (event.target.files[0]) measureTable(event.target.files[0]); });
  document.addEventListener("dragover", (event) => { event.preventDefault(); document.body.classList.add("dragged"); });
  document.addEventListener("dragleave", (event) => { if (!event.relatedTarget) document.body.classList.remove("dragged"); });
  document.addEventListener("drop", (event) => {
    event.preventDefault();
    document.body.classList.remove("dragged");
    if (event.dataTransfer.files[0]) measureTable(event.dataTransfer.files[0]);
  });

  // vary this ------------------------------------------------------------------------------------------
  let line = null, stopper = null; // what is being drawn; another one takes its place
  const CIVIDIS = ["#fdea9a", "#cfbb68", "#a19a77", "#757b80", "#46556c", "#00224e"];
  const round = (x) => String(Number(x.toPrecision(6)));
  const suggest = (law, most, suffix) => {
    const whole = Number.isInteger(law), low = law ? law / 2 : 0, high = law ? law * 1.5 : most;
    const start = whole ? Math.floor(low) || (law > 1 ? 1 : 0) : low, end = whole ? Math.ceil(high) : high;
    const step = suffix ? (end - start) / 4 : (end - start) / 8;
    byId("vary-start" + suffix).value = round(start);
    byId("vary-end" + suffix).value = round(end);
    byId("vary-step" + suffix).value = round(whole ? Math.max(1, Math.round(step)) : step);
  };
  const openLine = async (button) => {
    stopLine();
    line = null;
    const asked = read(), about = button.closest(".clause").dataset.titles.split(" ").filter(Boolean);
    if (about.length && asked.title !== "all" && !about.includes(asked.title)) write({ ...asked, title: about[0] });
    byId("vary").hidden = false;
    byId("vary").dataset.name = button.dataset.vary;
    byId("vary-name").textContent = button.dataset.label;
    suggest(Number(button.closest(".field").dataset.law), Number(button.dataset.most), "");
    for (const id of ["vary-plot", "vary-legend", "vary-problem"]) byId(id).replaceChildren();
    for (const id of ["vary-state", "vary-breaks", "vary-toml"]) byId(id).textContent = "";
    byId("vary-table").tBodies[0].replaceChildren();
    byId("vary-two").hidden = true;
    byId("vary").scrollIntoView({ block: "start" });
    byId("vary-start").focus({ preventScroll: true });
    const second = byId("vary-second"), [status, said] = await post("parameters", { query: query(read()) });
    if (status !== 200) return;
    second.replaceChildren(second.options[0], ...said.parameters.filter(([name]) => name !== button.dataset.vary).map(([name, label, law]) => {
      const option = new Option(label, name);
      option.dataset.law = law;
      return option;
    }));
  };
  const stopLine = () => {
    if (!stopper) return;
    stopper.abort();
    stopper = null;
    post("stop", {});
  };
  const range = (name, suffix) => ({ name, start: byId("vary-start" + suffix).value, end: byId("vary-end" + suffix).value, step: byId("vary-step" + suffix).value });
  const draw = async () => {
    stopLine();
    const asked = read(), second = byId("vary-second").value, outcome = byId("vary-outcome").value;
    const mine = line = { points: [], count: 0, two: Boolean(second), end: "" }, cut = stopper = new AbortController();
    const ranges = [range(byId("vary").dataset.name, ""), ...(second ? [range(second, "2")] : [])];
    byId("vary-problem").replaceChildren();
    byId("vary-state").textContent = `${words.points} 0`;
    byId("vary-stop").disabled = false;
    const take = (one) => {
      if (one.toml) { mine.count = one.count; byId("vary-toml").textContent = one.toml; }
      else if (one.faults) faults(byId("vary-problem"), one.faults);
      else if (one.at) mine.points.push(one);
      else if (one.end) mine.end = words.done;
    };
    try {
      const answer = await fetch("vary", { method: "POST", signal: cut.signal, body: JSON.stringify({ query: query(asked), base: asked.base, ranges, outcome, province: byId("province").value }) });
      if (answer.status !== 200) { const said = await answer.json(); if (line === mine) { faults(byId("vary-problem"), said.faults || []); byId("vary-state").textContent = ""; } return; }
      const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
      let rest = "";
      for (;;) {
        const { done, value } = await reader.read();
        if (done || line !== mine) break;
        const parts = (rest + value).split("\n");
        rest = parts.pop();
        parts.filter(Boolean).forEach((text) => take(JSON.parse(text)));
        mine.points.sort((a, b) => a.at[0] - b.at[0] || (a.at[1] || 0) - (b.at[1] || 0));
        plot();
      }
    } catch (error) {
      if (line === mine && !cut.signal.aborted) faults(byId("vary-problem"), [words.lost]);
    } finally {
      if (line === mine) { byId("vary-stop").disabled = true; if (stopper === cut) stopper = null; }
    }
  };
  const svg = (tag, attributes, text) => {
    const made = document.createElementNS("http://www.w3.org/2000/svg", tag);
    for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
    if (text !== undefined) made.textContent = text;
    return made;
  };
  const inWords = (value) => value.toLocaleString(lang, { maximumFractionDigits: 3 });
  const OUTCOMES = [...byId("vary-outcome").options].map((option) => option.value);
  const plot = () => {
    if (!line) return;
    const key = byId("vary-outcome").value, points = line.points.filter((p) => p[key] !== null);
    byId("vary-state").textContent = `${words.points} ${line.points.length}${line.count > line.points.length && !line.end ? " / " + line.count : ""} ${line.end}`;
    byId("vary-table").tBodies[0].replaceChildren(...line.points.map((p) => {
      const row = document.createElement("tr");
      row.append(...[p.at[0], p.at.length > 1 ? p.at[1] : null, ...OUTCOMES.map((one) => p[one])].map((value) => {
        const cell = document.createElement("td");
        cell.className = "n";
        if (value === null || value === undefined) cell.textContent = p.why && value === null ? words.noPlan : "–"; else { cell.dataset.v = value; cell.textContent = inWords(value); }
        return cell;
      }));
      return row;
    }));
    byId("vary-table").classList.toggle("one", !line.two);
    if (line.two) heat(points, key); else drawLine(points, key);
  };
  // A point where the slope changes by more than a tenth of the steepest one: the line breaks there.
  const breaks = (points, key) => {
    const slope = points.slice(1).map((p, i) => (p[key] - points[i][key]) / (p.at[0] - points[i].at[0]));
    const most = Math.max(0, ...slope.map(Math.abs));
    return most ? points.slice(1, -1).filter((_, i) => Math.abs(slope[i + 1] - slope[i]) > most / 10) : [];
  };
  const drawLine = (points, key) => {
    byId("vary-legend").replaceChildren();
    if (!points.length) { byId("vary-plot").replaceChildren(); byId("vary-breaks").textContent = ""; return; }
    const xs = points.map((p) => p.at[0]), ys = points.map((p) => p[key]);
    const [x0, x1, y0, y1] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
    const X = (x) => 80 + (x1 > x0 ? ((x - x0) / (x1 - x0)) * 530 : 265), Y = (y) => 260 - (y1 > y0 ? ((y - y0) / (y1 - y0)) * 235 : 117);
    const broken = points.length > 3 ? breaks(points, key) : [];
    const parts = [svg("path", { class: "axis", d: "M80 20V260H620" })];
    for (const y of new Set([y0, y1])) parts.push(svg("text", { x: 74, y: Y(y) + 4, "text-anchor": "end" }, inWords(y)));
    for (const x of new Set([x0, x1])) parts.push(svg("text", { x: X(x), y: 282, "text-anchor": "middle" }, inWords(x)));
    parts.push(svg("path", { class: "after", d: "M" + points.map((p) => `${X(p.at[0]).toFixed(1)} ${Y(p[key]).toFixed(1)}`).join("L") }));
    for (const p of points) {
      const dot = svg("circle", { cx: X(p.at[0]).toFixed(1), cy: Y(p[key]).toFixed(1), r: broken.includes(p) ? 5.5 : 3.5, class: broken.includes(p) ? "point break" : "point" });
      dot.append(svg("title", {}, `${inWords(p.at[0])}: ${inWords(p[key])}`));
      parts.push(dot);
    }
    byId("vary-plot").replaceChildren(...parts);
    byId("vary-breaks").textContent = broken.length ? `${words.breaks} ${broken.map((p) => inWords(p.at[0])).join(" · ")}` : "";
  };
  const heat = (points, key) => {
    byId("vary-breaks").textContent = "";
    const xs = [...new Set(line.points.map((p) => p.at[0]))].sort((a, b) => a - b), ys = [...new Set(line.points.map((p) => p.at[1]))].sort((a, b) => b - a);
    const values = points.map((p) => p[key]), low = Math.min(...values), high = Math.max(...values), width = 530 / xs.length, height = 235 / ys.length;
    const shade = (v) => (high > low ? Math.min(CIVIDIS.length - 1, Math.floor(((v - low) / (high - low)) * CIVIDIS.length)) : 0);
    const parts = [];
    for (const p of line.points) {
      const x = 80 + xs.indexOf(p.at[0]) * width, y = 20 + ys.indexOf(p.at[1]) * height, v = p[key];
      const cell = svg("rect", { x: x.toFixed(1), y: y.toFixed(1), width: (width - 1).toFixed(1), height: (height - 1).toFixed(1), class: "cell", fill: v === null ? "none" : CIVIDIS[shade(v)] });
      cell.append(svg("title", {}, `${inWords(p.at[0])} · ${inWords(p.at[1])}: ${v === null ? words.noPlan : inWords(v)}`));
      parts.push(cell);
      if (v !== null && width > 46 && height > 16) parts.push(svg("text", { x: (x + width / 2).toFixed(1), y: (y + height / 2 + 4).toFixed(1), "text-anchor": "middle", class: shade(v) > 2 ? "on-dark" : "on-light" }, inWords(v)));
    }
    xs.forEach((x, i) => { if (xs.length < 12 || i % Math.ceil(xs.length / 10) === 0) parts.push(svg("text", { x: (80 + (i + 0.5) * width).toFixed(1), y: 275, "text-anchor": "middle" }, inWords(x))); });
    ys.forEach((y, i) => parts.push(svg("text", { x: 74, y: (20 + (i + 0.5) * height + 4).toFixed(1), "text-anchor": "end" }, inWords(y))));
    parts.push(svg("text", { x: 345, y: 300, "text-anchor": "middle", class: "axis-name" }, short(byId("vary-name").textContent, 80)));
    parts.push(svg("text", { x: 0, y: 12, class: "axis-name" }, "↓ " + short(byId("vary-second").selectedOptions[0].textContent, 90)));
    byId("vary-plot").replaceChildren(...parts);
    byId("vary-legend").replaceChildren(...(points.length ? (high > low ? CIVIDIS : CIVIDIS.slice(0, 1)) : []).map((colour, i, all) => {
      const item = document.createElement("li"), box = document.createElement("span"), part = (high - low) / all.length;
      box.style.background = colour;
      item.append(box, high > low ? `${inWords(low + part * i)} – ${inWords(low + part * (i + 1))}` : inWords(low));
      return item;
    }));
  };
  const short = (text, most) => (text.length > most ? text.slice(0, most - 1) + "…" : text);
  byId("vary-form").addEventListener("submit", (event) => { event.preventDefault(); draw(); });
  byId("vary-outcome").addEventListener("change", plot);
  byId("vary-second").addEventListener("change", (event) => {
    const chosen = event.target.selectedOptions[0];
    byId("vary-two").hidden = !event.target.value;
    if (!event.target.value) return;
    suggest(Number(byId("clauses").querySelector(`[data-name="${byId("vary").dataset.name}"]`)?.dataset.law || byId("vary-end").value / 1.5), 0, "");
    byId("vary-step").value = round(Math.max(Number.isInteger(Number(byId("vary-step").value)) ? 1 : 0, (Number(byId("vary-end").value) - Number(byId("vary-start").value)) / 4));
    suggest(Number(chosen.dataset.law), 1, "2");
  });
  byId("vary-stop").addEventListener("click", () => { if (line) line.end = words.stopped; stopLine(); plot(); });
  byId("vary-close").addEventListener("click", () => { stopLine(); line = null; byId("vary").hidden = true; });

  let asking = ""; // a further question that is on its way; who closes the window does not wait for it
  byId("why-dialog").addEventListener("close", () => {
    if (asking) post("stop", { what: asking });
    asking = "";
    byId("why-body").replaceChildren();
  });
  // why a number ---------------------------------------------------------------------------------------
  const why = async (title, level, code, button) => {
    const dialog = byId("why-dialog"), body = byId("why-body");
    byId("why-title").textContent = button.textContent;
    body.textContent = words.explaining;
    byId("why-actions").replaceChildren();
    dialog.showModal();
    const [, said] = await post("explain", { title, level, code, query: query(read()) });
    if (said.faults) { body.textContent = said.faults.join(" "); return; }
    byId("why-title").textContent = said.heading;
    // What a line would change, as a chip with one click.
    const applied = ({ change: [kind, text], text: what }) => {
      const button = Object.assign(document.createElement("button"), { type: "button", textContent: words.apply });
      button.setAttribute("aria-label", words.applyOf.replace("{what}", what));
      button.dataset.change = text;
      button.addEventListener("click", () => {
        dialog.close();
        put(kind, text.slice(0, text.lastIndexOf("=") + 1), text);
        byId("see").focus({ preventScroll: true });
      });
      return button;
    };
    const parts = (told) => told.parts.flatMap((part) => {
      const head = Object.assign(document.createElement("h3"), { textContent: part.heading });
      const list = document.createElement("ul");
      list.append(...part.lines.map((line, i) => {
        const item = Object.assign(document.createElement("li"), { textContent: line }), does = part.does && part.does[i];
        if (does) item.append(" ", applied(does));
        return item;
      }));
      return [head, list];
    });
    body.replaceChildren(...parts(said));
    // Further questions about the number; each answers in the same shape.
    byId("why-actions").replaceChildren(...JSON.parse(words.actions).map(([name, text]) => {
      const action = Object.assign(document.createElement("button"), { type: "button", textContent: text });
      action.addEventListener("click", async () => {
        action.disabled = true;
        const asked = read(), wait = Object.assign(document.createElement("p"), { className: "note", textContent: words.searching });
        wait.setAttribute("role", "status");
        body.append(wait);
        wait.scrollIntoView({ block: "nearest" });
        asking = name;
        // What is found already can be applied before the search is through.
        const room = document.createElement("div"), clock = setInterval(async () => {
          try {
            const [status, told] = await post("searching", {});
            if (status === 200 && asking === name && wait.isConnected && told.parts.length && room.dataset.parts !== JSON.stringify(told.parts)) {
              room.dataset.parts = JSON.stringify(told.parts);
              room.replaceChildren(...parts(told));
            }
          } catch (error) { clearInterval(clock); }
        }, 1000);
        body.append(room);
        let more;
        try { more = (await post(name, { title, level, code, query: query(asked), base: asked.base }))[1]; }
        catch (error) { more = { faults: [words.lost] }; }
        clearInterval(clock);
        if (!wait.isConnected) return;
        asking = "";
        wait.remove();
        room.remove();
        action.disabled = false;
        if (more.old) return;
        if (more.faults) body.append(...more.faults.map((one) => Object.assign(document.createElement("p"), { className: "problem", textContent: one })));
        else { const made = parts(more); body.append(...made); made[0].scrollIntoView({ block: "nearest" }); }
      });
      return action;
    }));
  };

  if (words.first) follow();
})();
