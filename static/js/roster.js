/* Bringing in a list: a file that is too large is said before it is sent; the button says that the file is on its way. */
"use strict";

(() => {
  const file = document.querySelector('input[type="file"][data-max-bytes]');
  if (!file) return;
  const words = document.querySelector("[data-too-large]");
  const button = file.form.querySelector("[data-busy]");
  const isTooLarge = () => file.files.length > 0 && file.files[0].size > Number(file.dataset.maxBytes);
  file.addEventListener("change", () => (words.hidden = !isTooLarge()));
  file.form.addEventListener("submit", (event) => {
    if (isTooLarge()) {
      event.preventDefault();
      file.focus();
      return;
    }
    button.lastChild.textContent = button.dataset.busy;
    button.disabled = true;
  });
  window.addEventListener("pageshow", () => (button.disabled = false));
})();

/* The list of rows: one box marks all of the page. */
(() => {
  const form = document.querySelector("[data-marking]");
  const all = form?.querySelector("[data-mark-all]");
  if (!all) return;
  document.documentElement.classList.add("has-js");
  const boxes = () => [...form.querySelectorAll('input[name="row"]')];
  form.addEventListener("change", (event) => {
    if (event.target === all) boxes().forEach((box) => (box.checked = all.checked));
    const marked = boxes().filter((box) => box.checked).length;
    all.checked = marked > 0 && marked === boxes().length;
    all.indeterminate = marked > 0 && !all.checked;
  });
})();
