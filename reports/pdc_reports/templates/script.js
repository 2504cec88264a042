"use strict";
(() => {
  const lang = document.documentElement.lang;
  const read = (id) => { const el = document.getElementById(id); return el ? JSON.parse(el.textContent) : null; };
  const words = read("words"), data = read("data");
  const byId = (id) => document.getElementById(id);
  const collator = new Intl.Collator(lang, { numeric: true });

  // As pdc_reports.numerals writes them.
  const number = (value, decimals, sign) => {
    if (value === null || Number.isNaN(value)) return "–";
    const text = new Intl.NumberFormat(lang === "tr" ? "tr-TR" : "en-GB", {
      minimumFractionDigits: decimals, maximumFractionDigits: decimals, useGrouping: true,
    }).format(Math.abs(value));
    const zero = !/[1-9]/.test(text);
    return (value < 0 && !zero ? "−" : sign && !zero ? "+" : "") + text;
  };

  // As pdc_reports.text folds them: İ and I, ı and i, ç and c are one letter to a searcher.
  const plain = { ç: "c", ğ: "g", ı: "i", ö: "o", ş: "s", ü: "u", â: "a", î: "i", û: "u" };
  const fold = (text) => text.toLocaleLowerCase("tr").replace(/[çğıöşüâîû]/g, (c) => plain[c]).replace(/\s+/g, " ").trim();

  const search = (table, query) => {
    const wanted = fold(query).split(" ").filter(Boolean);
    let found = 0;
    for (const row of table.tBodies[0].rows) {
      if (row.folded === undefined) row.folded = fold(row.textContent);
      row.hidden = !wanted.every((word) => row.folded.includes(word));
      if (!row.hidden) found += 1;
    }
    byId("found-" + table.id).textContent = query ? words.found.replace("{count}", number(found, 0)) : "";
  };

  const sort = (table, column, descending) => {
    const heads = table.tHead.rows[0].cells, body = table.tBodies[0];
    for (const head of heads) head.removeAttribute("aria-sort");
    heads[column].setAttribute("aria-sort", descending ? "descending" : "ascending");
    const key = (row) => {
      const cell = row.cells[column];
      if (cell.dataset.v !== undefined) return Number(cell.dataset.v);
      return cell.classList.contains("n") ? null : cell.textContent;
    };
    const rows = Array.from(body.rows, (row) => [key(row), row]);
    rows.sort(([a], [b]) => {
      // What is not known stands last, whichever way the column is sorted.
      if (a === null || b === null) return (a === null) - (b === null);
      const order = typeof a === "number" && typeof b === "number" ? a - b : collator.compare(a, b);
      return descending ? -order : order;
    });
    body.append(...rows.map(([, row]) => row));
  };

  const resort = (table) => {
    for (const [i, head] of Array.from(table.tHead.rows[0].cells).entries()) {
      const order = head.getAttribute("aria-sort");
      if (order) sort(table, i, order === "descending");
    }
  };

  for (const table of document.querySelectorAll("table")) {
    for (const [i, head] of Array.from(table.tHead.rows[0].cells).entries()) {
      head.querySelector("button").addEventListener("click", () => {
        const order = head.getAttribute("aria-sort");
        // Numbers are looked at from the largest down first.
        sort(table, i, order ? order === "ascending" : head.classList.contains("n"));
      });
    }
    const input = byId("q-" + table.id);
    if (input) input.addEventListener("input", () => search(table, input.value));
  }

  const escape = (text) => String(text).replace(/[&<>"]/g, (c) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" })[c]);
  const cell = (value, decimals, sign, why, free) => {
    const text = number(value, decimals, sign);
    return `<td class="n${free ? " free" : ""}"${value === null || Number.isNaN(value) ? "" : ` data-v="${value}"`}>` +
      `${why ? `<button type="button" class="why" data-why="${escape(why)}">${text}</button>` : text}</td>`;
  };
  const minus = (a, b, decimals) => (a === null || b === null ? null : Number((a - b).toFixed(decimals)));
  const rate = (posts, people) => (posts === null || !people ? null : (posts * 100000) / people);

  const fill = (id, html, name) => {
    const table = byId(id);
    table.tBodies[0].innerHTML = html;
    byId("caption-" + id).textContent = data.captions[id].replace("{title}", name);
    resort(table);
    search(table, byId("q-" + id).value);
  };

  const values = (title, measure) => data.provinces.map(([, , people], i) =>
    measure === "per_100k" ? rate(title.x[i], people)
      : measure === "deviation" ? minus(title.x[i], title.q[i], 2)
        : rate(minus(title.x[i], title.f[i], 0), people));

  const drawMap = (title, measure) => {
    const [classes, legend] = title.maps[measure];
    const numbers = values(title, measure);
    data.provinces.forEach(([code, name], i) => {
      const path = code === null ? null : byId("p" + code);
      if (!path) return;
      path.style.fill = classes[i] === "-" ? "" : legend[Number(classes[i])][0];
      let label = path.querySelector("title");
      if (!label) path.append(label = document.createElementNS("http://www.w3.org/2000/svg", "title"));
      const group = classes[i] === "-" ? words.no_number : legend[Number(classes[i])][1];
      label.textContent = measure.startsWith("group") ? `${name}: ${group}` : `${name}: ${numbers[i] === null ? words.no_number : number(numbers[i], 1, measure !== "per_100k")}`;
    });
    byId("legend").innerHTML = legend.map(([colour, text]) => `<li><span style="background:${colour}"></span>${escape(text)}</li>`).join("");
    byId("map-title").textContent = title.name;
    byId("map-unit").textContent = data.units[measure];
  };

  const drawTitle = (title, code) => {
    const free = title.free.map((at) => new Set(at));
    const why = (at) => (byId("why") && code !== data.whole ? `${code}|province|${data.codes[at]}` : "");
    byId("chosen-title").textContent = title.name;
    byId("chosen-facts").innerHTML = title.facts.map(([k, v]) => `<div><dt>${escape(k)}</dt><dd>${escape(v)}</dd></div>`).join("");
    byId("scatter").innerHTML = title.scatter;
    byId("lorenz").innerHTML = title.lorenz;
    fill("provinces", data.provinces.map(([, name, people, link], i) => title.x[i] === null ? "" :
      `<tr><th scope="row">${link ? `<a href="${link}">${escape(name)}</a>` : escape(name)}</th>${cell(people, 0)}${cell(title.f[i], 0)}${cell(title.q[i], 2)}${cell(title.x[i], 0, false, why(i), free[0].has(i))}` +
      `${cell(minus(title.x[i], title.q[i], 2), 2, true)}${cell(minus(title.x[i], title.f[i], 0), 0, true)}${cell(rate(title.x[i], people), 1)}</tr>`).join(""), title.name);
    const rows = [];
    for (let i = 0; i < title.d.length; i += 3) {
      const [at, target, posts] = title.d.slice(i, i + 3);
      const [province, name, people] = data.districts[at];
      rows.push(`<tr><th scope="row">${escape(name)}</th><td>${escape(data.provinces[province]?.[1] ?? "")}</td>${cell(people, 0)}` +
        `${cell(target, 2)}${cell(posts, 0, false, "", free[1].has(at))}${cell(minus(posts, target, 2), 2, true)}${cell(rate(posts, people), 1)}</tr>`);
    }
    fill("districts", rows.join(""), title.name);
  };

  const chooser = byId("chooser");
  if (chooser && data) {
    let shown = data.first;
    const show = () => {
      const code = chooser.elements.title.value, measure = chooser.elements.measure.value;
      if (code !== shown) { drawTitle(data.titles[code], code); shown = code; }
      drawMap(data.titles[code], measure);
    };
    chooser.addEventListener("change", show);
    chooser.addEventListener("submit", (event) => event.preventDefault());
    window.showTitle = (code, measure) => {
      if (code && data.titles[code]) chooser.elements.title.value = code;
      if (measure) chooser.elements.measure.value = measure;
      show();
    };
  }

  // Why a number: the sentences come packed, each once, and are unpacked when first asked for.
  let whys = null;
  const unpack = async () => {
    const bytes = Uint8Array.from(atob(byId("why").textContent), (c) => c.charCodeAt(0));
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
    return JSON.parse(await new Response(stream).text());
  };
  const tell = async (key) => {
    const dialog = byId("why-dialog");
    if (!dialog) return;
    byId("why-title").textContent = "";
    byId("why-body").textContent = "";
    try {
      whys ??= await unpack();
      const [[heading], ...parts] = whys.c[key];
      byId("why-title").textContent = whys.t[heading];
      byId("why-body").innerHTML = parts.map(([head, ...lines]) =>
        `<h3>${escape(whys.t[head])}</h3><ul>${lines.map((line) => `<li>${escape(whys.t[line])}</li>`).join("")}</ul>`).join("");
    } catch { byId("why-body").textContent = words.no_why; }
    if (!dialog.open) dialog.showModal();
    byId("why-body").scrollTop = 0;
  };
  document.addEventListener("click", (event) => {
    const button = event.target.closest("button.why");
    if (button) tell(button.dataset.why);
    if (event.target.id === "why-dialog") event.target.close();
  });

  // An address such as #title=ebe&measure=deviation&table=provinces&q=kars&sort=posts&order=desc opens that view.
  const follow = () => {
    if (!location.hash.includes("=")) return;
    const wish = new URLSearchParams(location.hash.slice(1));
    if (window.showTitle && (wish.get("title") || wish.get("measure"))) window.showTitle(wish.get("title"), wish.get("measure"));
    if (wish.get("why")) tell(wish.get("why"));
    const table = byId(wish.get("table") ?? "provinces");
    if (!table || !table.tHead) return;
    const column = Array.from(table.tHead.rows[0].cells).findIndex((head) => head.dataset.key === wish.get("sort"));
    if (column >= 0) sort(table, column, wish.get("order") === "desc");
    const input = byId("q-" + table.id);
    if (input && wish.has("q")) { input.value = wish.get("q"); search(table, input.value); }
  };
  window.addEventListener("hashchange", follow);
  follow();
})();
