/* Forms of the registers: only the facts of the chosen kind are shown. Without this every kind's stand there. */
"use strict";

document.querySelectorAll("[data-person-form]").forEach((form) => {
  const kind = form.elements.namedItem("kind");
  const show = () => {
    form.querySelectorAll("[data-kind]").forEach((part) => {
      part.hidden = part.dataset.kind !== kind.value;
    });
  };
  kind.addEventListener("change", show);
  show();

  /* A household is joined with a relation; whoever founds one, or joins none, has none. */
  const household = form.elements.namedItem("household");
  const relation = form.elements.namedItem("kinship");
  if (household && relation) {
    const ask = () => {
      relation.closest(".field").hidden = !/^\d+$/.test(household.value);
    };
    household.addEventListener("change", ask);
    ask();
  }
});
