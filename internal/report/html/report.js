(() => {
  "use strict";
  for (const mark of document.querySelectorAll(".code mark")) {
    const code = mark.closest(".code");
    if (code.scrollLeft === 0 && mark.offsetLeft + mark.offsetWidth > code.clientWidth) {
      code.scrollLeft = Math.max(0, mark.offsetLeft - code.clientWidth / 3);
    }
  }

  const form = document.querySelector(".filter");
  if (!form) return;
  const text = form.querySelector("input");
  const rule = form.querySelector("select");
  const chips = [...form.querySelectorAll("button")];
  const shown = form.querySelector("output");
  const files = [...document.querySelectorAll("main > .file")].map((file) => ({
    file,
    findings: [...file.querySelectorAll(".finding")].map((finding) => ({ finding, words: finding.textContent.toLowerCase() })),
  }));

  const matches = ({ finding, words }, wanted, severities) =>
    severities.has(finding.dataset.severity) &&
    (!rule.value || rule.value === finding.dataset.rule) &&
    wanted.every((word) => words.includes(word));

  const apply = () => {
    const wanted = text.value.toLowerCase().split(/\s+/).filter(Boolean);
    const severities = new Set(chips.filter((c) => c.getAttribute("aria-pressed") === "true").map((c) => c.value));
    let visible = 0, all = 0;
    for (const { file, findings } of files) {
      let some = false;
      for (const entry of findings) {
        const match = matches(entry, wanted, severities);
        entry.finding.hidden = !match;
        some = some || match;
        visible += match;
        all++;
      }
      file.hidden = !some;
    }
    shown.value = visible === all ? "" : `${visible} of ${all} shown`;
  };

  for (const chip of chips) {
    chip.addEventListener("click", () => {
      chip.setAttribute("aria-pressed", String(chip.getAttribute("aria-pressed") !== "true"));
      apply();
    });
  }
  form.addEventListener("submit", (event) => event.preventDefault());
  text.addEventListener("input", apply);
  rule.addEventListener("change", apply);
  form.hidden = false;
})();
