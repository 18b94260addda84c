/* Photo fields: previews, adding and removing one by one, camera or album. Works on every [data-photos] block;
   without this script the file field itself is shown. */
"use strict";

(() => {
  const wordOf = (element, name) => element.closest("form")?.dataset[name] || "";

  function start(block) {
    if (block.started) return;
    const input = block.querySelector("input[type=file]");
    const previews = block.querySelector("[data-previews]");
    if (!input || !previews) return;
    block.started = true;
    let files = [...input.files];
    let urls = [];
    const capture = input.getAttribute("capture");

    const keep = () => {
      const bag = new DataTransfer();
      files.forEach((file) => bag.items.add(file));
      input.files = bag.files;
    };
    const show = () => {
      urls.forEach((url) => URL.revokeObjectURL(url));
      urls = files.map((file) => URL.createObjectURL(file));
      previews.replaceChildren(...files.map((file, index) => card(file, urls[index])));
    };
    const card = (file, url) => {
      const figure = document.createElement("figure");
      const image = Object.assign(document.createElement("img"), { src: url, alt: file.name, width: 88, height: 88 });
      image.addEventListener("error", () => image.replaceWith(Object.assign(document.createElement("span"), { textContent: file.name })));
      const remove = document.createElement("button");
      remove.type = "button";
      remove.className = "photo-remove";
      remove.textContent = "×";
      remove.setAttribute("aria-label", `${wordOf(block, "wordsRemove")} ${file.name}`.trim());
      remove.addEventListener("click", () => {
        files = files.filter((other) => other !== file);
        keep();
        show();
        input.focus();
      });
      figure.append(image, remove);
      return figure;
    };
    input.addEventListener("change", () => {
      const known = new Set(files.map((file) => `${file.name}|${file.size}|${file.lastModified}`));
      files = [...files, ...[...input.files].filter((file) => !known.has(`${file.name}|${file.size}|${file.lastModified}`))];
      keep();
      show();
      if (capture) input.setAttribute("capture", capture);
    });
    block.setFiles = (given) => {
      files = [...given];
      keep();
      show();
    };
    const album = block.querySelector("[data-album]");
    if (album) {
      album.hidden = !capture;
      album.addEventListener("click", () => {
        input.removeAttribute("capture");
        input.click();
      });
    }
    block.classList.add("is-live");
    input.classList.add("visually-hidden");
    if (files.length) show();
  }

  const startAll = (root) => root.querySelectorAll("[data-photos]").forEach(start);
  document.addEventListener("DOMContentLoaded", () => startAll(document));
  document.addEventListener("htmx:load", (event) => startAll(event.target.parentNode || document));
})();
