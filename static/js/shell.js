// The shell: menus close when one looks elsewhere, dialogs open and close, forms are sent once.
(() => {
  "use strict";

  const openMenus = () => document.querySelectorAll("details.menu[open]");

  document.addEventListener("click", (event) => {
    for (const menu of openMenus()) {
      if (!menu.contains(event.target)) menu.open = false;
    }
    const opener = event.target.closest("[data-opens]");
    if (opener) {
      event.preventDefault();
      document.getElementById(opener.dataset.opens)?.showModal();
    }
    const closer = event.target.closest("[data-closes]");
    if (closer) document.getElementById(closer.dataset.closes)?.close();
  });

  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    for (const menu of openMenus()) {
      menu.open = false;
      menu.querySelector("summary").focus();
    }
  });

  // A second press on the same button sends nothing; a page that comes back from the cache may send again.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method !== "post" || event.defaultPrevented) return;
    if (form.dataset.sent) event.preventDefault();
    form.dataset.sent = "1";
  });
  window.addEventListener("pageshow", () => {
    for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
  });

  // What a server refuses after a partial request is said in the messages area.
  document.addEventListener("htmx:afterRequest", (event) => {
    const form = event.target.closest?.("form");
    if (form) delete form.dataset.sent;
  });

  // In a row of tabs wider than the window, the one that is open comes into sight.
  for (const here of document.querySelectorAll(".order-tabs [aria-current]")) {
    const row = here.parentElement;
    const past = here.offsetLeft + here.offsetWidth - row.offsetLeft - row.clientWidth;
    if (past > 0) row.scrollLeft = past + 24;
  }

  // Selects and the like that act as soon as they change.
  document.addEventListener("change", (event) => {
    if (event.target.matches("[data-submits]")) event.target.form.requestSubmit();
  });
})();
