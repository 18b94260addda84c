/* <button data-print hidden>: prints the page; without JavaScript it stays hidden, and the browser's menu prints. */
"use strict";

document.querySelectorAll("[data-print]").forEach((button) => {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
});
