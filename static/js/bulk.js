/* The list's bar of moves for several orders: counts what is marked, marks all, and keeps the bar away while nothing is
   marked. Without this script the bar stands under the list and the server says that nothing was chosen. */
"use strict";

(() => {
  const form = document.querySelector("[data-bulk]");
  if (!form) return;
  document.documentElement.classList.add("has-js");
  const boxes = () => [...form.querySelectorAll('input[name="order"]')];
  const all = form.querySelector("[data-bulk-all]");
  const bar = form.querySelector("[data-bulk-bar]");
  const count = form.querySelector("[data-bulk-count]");

  function show() {
    const marked = boxes().filter((box) => box.checked).length;
    count.textContent = marked;
    bar.hidden = marked === 0;
    if (!all) return;
    all.checked = marked > 0 && marked === boxes().length;
    all.indeterminate = marked > 0 && !all.checked;
  }

  form.addEventListener("change", (event) => {
    if (event.target === all) boxes().forEach((box) => (box.checked = all.checked));
    show();
  });
  window.addEventListener("pageshow", show);
  show();
})();
