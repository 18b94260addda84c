/* The intake desk: Ctrl+Enter sends, the category is searched by words, a ready answer fills the answer.
   Without this script the same form has a select and a button to look things up. */
"use strict";

document.addEventListener("DOMContentLoaded", () => {
  document.documentElement.classList.add("has-js");
  const form = document.getElementById("desk-form");
  if (!form) return;
  const kind = form.querySelector("#id_kind");
  const direct = form.dataset.direct.split(",");
  const buttons = { dispatch: form.querySelector("[data-main=dispatch]"), answer: form.querySelector("[data-main=answer]") };

  const isDirect = () => direct.includes(kind.value);
  const showKind = () => {
    const main = isDirect() ? "answer" : "dispatch";
    Object.entries(buttons).forEach(([name, button]) => {
      button.classList.toggle("btn-primary", name === main);
      const key = button.querySelector("kbd");
      if (key) key.hidden = name !== main;
    });
    buttons.answer.hidden = !isDirect();
    form.querySelector("[data-direct-part]").hidden = !isDirect();
  };
  kind.addEventListener("change", showKind);
  showKind();

  form.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    buttons[isDirect() ? "answer" : "dispatch"].click();
  });
  // A single Enter in a line would press the first button; the desk is sent on purpose only.
  form.addEventListener("keypress", (event) => {
    if (event.key === "Enter" && event.target.matches("input:not([type=submit])")) event.preventDefault();
  });

  const block = form.querySelector("[data-choose]");
  const select = block.querySelector("select");
  const words = block.querySelector("[data-choose-words]");
  const list = block.querySelector("datalist");
  const rank = form.querySelector("[name=suggestion_rank]");
  const options = [...select.options].filter((option) => option.value);
  list.replaceChildren(...options.map((option) => Object.assign(document.createElement("option"), { value: option.text })));
  const choose = (value, isSuggested) => {
    select.value = value;
    words.value = select.value ? select.selectedOptions[0].text : "";
    words.removeAttribute("aria-invalid");
    if (!isSuggested && rank.value) rank.value = "0";
    select.dispatchEvent(new Event("change", { bubbles: true }));
  };
  const find = () => {
    const typed = words.value.trim().toLowerCase();
    const exact = options.find((option) => option.text.toLowerCase() === typed);
    const only = options.filter((option) => option.text.toLowerCase().includes(typed));
    return exact || (typed && only.length === 1 ? only[0] : null);
  };
  words.addEventListener("input", () => {
    const found = options.find((option) => option.text === words.value);
    if (found) choose(found.value, false);
  });
  words.addEventListener("change", () => {
    const typed = words.value, found = find();
    choose(found?.value || "", false);
    if (!found) words.value = typed;  // Several have these words, or none: they stay, to be gone on with.
    words.setAttribute("aria-invalid", String(Boolean(typed.trim() && !found)));
  });
  select.classList.add("visually-hidden");
  select.tabIndex = -1;
  select.setAttribute("aria-hidden", "true");
  block.querySelector("[data-choose-label]").htmlFor = words.id = "category-words";
  words.removeAttribute("aria-label");
  if (select.value) words.value = select.selectedOptions[0].text;

  form.addEventListener("click", (event) => {
    const suggested = event.target.closest("button[name=suggested]");
    if (!suggested) return;
    event.preventDefault();
    rank.value = suggested.dataset.rank;
    choose(suggested.dataset.category, true);
    words.focus();
  });
  form.addEventListener("change", (event) => {
    if (!event.target.matches("[data-answer]")) return;
    const answer = form.querySelector("#id_answer");
    if (!answer.value.trim() || [...form.querySelectorAll("[data-answer]")].some((one) => one.dataset.answer === answer.value)) {
      answer.value = event.target.dataset.answer;
    }
  });
  if (!form.querySelector("[name=version]").value) form.querySelector("#id_requester_phone").focus();
});
