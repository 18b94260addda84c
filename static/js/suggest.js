/* <input data-suggest="URL">: what the server suggests for the words typed so far goes into the field's datalist. */
"use strict";

document.querySelectorAll("input[data-suggest]").forEach((field) => {
  const list = document.createElement("datalist");
  list.id = `${field.id || field.name}-suggestions`;
  field.after(list);
  field.setAttribute("list", list.id);
  let wait = 0;
  let asked = null;
  field.addEventListener("input", () => {
    clearTimeout(wait);
    wait = setTimeout(async () => {
      const words = field.value.trim();
      if (!words) return;
      asked?.abort();
      asked = new AbortController();
      try {
        const answer = await fetch(`${field.dataset.suggest}?q=${encodeURIComponent(words)}`, { signal: asked.signal });
        if (answer.ok) list.innerHTML = await answer.text();
      } catch {
        /* the field works without suggestions */
      }
    }, 250);
  });
});
