(() => {
  "use strict";
  const form = document.querySelector(".filter");
  const text = form.querySelector("input");
  const selects = [...form.querySelectorAll("select")];
  const chips = [...form.querySelectorAll("button")];
  const shown = form.querySelector("output");
  const results = document.querySelector(".results");
  const categories = [...document.querySelectorAll(".category")];
  const rules = [...document.querySelectorAll(".category li")].map((item) => ({ item, home: item.parentNode, ...item.dataset }));

  // How well a rule fits: a word in its id counts more than one in its title, and
  // that more than one in the rest. 0: some word is nowhere.
  const score = (rule, words) => {
    let sum = 1;
    for (const word of words) {
      if (!rule.words.includes(word)) return 0;
      if (rule.id.includes(word)) sum += 100;
      else if (rule.title.toLowerCase().includes(word)) sum += 10;
      else if (rule.words.split(" ").includes(word)) sum += 2;
      else sum += 1;
    }
    return sum;
  };

  const chosen = (rule, severities) =>
    severities.has(rule.severity) &&
    selects.every(({ value, dataset }) => !value || [value, "*"].some((name) => rule[dataset.of].split(" ").includes(name)));

  const apply = () => {
    const words = text.value.toLowerCase().split(/\s+/).filter(Boolean);
    const severities = new Set(chips.filter((c) => c.getAttribute("aria-pressed") === "true").map((c) => c.value));
    let found = rules.map((rule) => ({ rule, score: chosen(rule, severities) ? score(rule, words) : 0 }));
    for (const { rule, score } of found) {
      rule.item.hidden = score === 0;
      rule.home.append(rule.item);
    }
    found = found.filter(({ score }) => score > 0);
    if (words.length > 0) {
      found.sort((a, b) => b.score - a.score);
      results.firstChild.append(...found.map(({ rule }) => rule.item));
    }
    results.hidden = words.length === 0;
    for (const category of categories) {
      category.hidden = words.length > 0 || !category.querySelector("li:not([hidden])");
    }
    shown.value = found.length === rules.length ? "" : `${found.length} of ${rules.length} rules`;
  };

  // The arrow keys go from one rule to the next, and back into the search.
  const step = (by) => {
    const links = [...document.querySelectorAll("li:not([hidden]) > a")].filter((link) => link.offsetParent);
    const next = links.indexOf(document.activeElement) + by;
    (next < 0 ? text : links[Math.min(next, links.length - 1)])?.focus();
  };

  document.addEventListener("keydown", (event) => {
    const typing = event.target === text, listed = event.target.matches(".rules a");
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.matches("select")) return;
    if (event.key === "/" && !typing) text.focus();
    else if (event.key === "Escape" && typing) { text.value = ""; apply(); }
    else if (event.key === "ArrowDown" && (typing || listed)) step(1);
    else if (event.key === "ArrowUp" && listed) step(-1);
    else if (event.key === "Enter" && typing) document.querySelector(".results li:not([hidden]) > a")?.click();
    else return;
    event.preventDefault();
  });

  for (const chip of chips) {
    chip.addEventListener("click", () => {
      chip.setAttribute("aria-pressed", String(chip.getAttribute("aria-pressed") !== "true"));
      apply();
    });
  }
  form.addEventListener("submit", (event) => event.preventDefault());
  text.addEventListener("input", apply);
  for (const select of selects) select.addEventListener("change", apply);
  window.addEventListener("pageshow", apply); // a browser that comes back has kept what was typed
  form.hidden = false;
})();
