/* The page of one order and its moves: a move's form opens in a dialog, photos open large, receivers are narrowed by
   words. Without this script a move has a page of its own and a photo is a link. */
"use strict";

(() => {
  document.documentElement.classList.add("has-js");

  document.addEventListener("htmx:afterSwap", (event) => {
    if (event.detail.target.id !== "move-body") return;
    document.querySelectorAll(".menu-up[open]").forEach((menu) => (menu.open = false));
    const dialog = document.getElementById("move-dialog");
    if (!dialog.open) dialog.showModal();
    // The title, not the first field: a phone would cover half of the form with its keyboard.
    dialog.querySelector("#move-title")?.focus();
  });
  // What the server answers to a form that is no longer possible is a redirect to the order: follow it.
  document.addEventListener("htmx:beforeSwap", (event) => {
    const { xhr, target } = event.detail;
    if (target.id === "move-body" && !xhr.responseText.includes("data-move")) {
      event.detail.shouldSwap = false;
      window.location.reload();
    }
  });

  document.addEventListener("click", (event) => {
    const link = event.target.closest("[data-photo]");
    const dialog = document.getElementById("photo-dialog");
    if (!link || !dialog || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    const image = dialog.querySelector("img");
    image.src = link.href;
    image.alt = link.querySelector("img")?.alt || "";
    dialog.showModal();
  });
  document.addEventListener("click", (event) => {
    if (event.target instanceof HTMLDialogElement) event.target.close();
    const cancel = event.target.closest("#move-dialog [data-closes]");
    if (cancel) event.preventDefault();
  });

  document.addEventListener("input", (event) => {
    if (!event.target.matches("[data-narrow]")) return;
    const words = event.target.value.trim().toLowerCase().split(/\s+/).filter(Boolean);
    event.target.closest("[data-receivers]").querySelectorAll("[data-group]").forEach((group) => {
      let shown = 0;
      group.querySelectorAll("[data-words]").forEach((row) => {
        const fits = words.every((word) => row.dataset.words.includes(word));
        row.hidden = !fits;
        shown += fits;
      });
      group.hidden = shown === 0;
    });
  });
})();
