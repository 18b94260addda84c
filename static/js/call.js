// The call's form: asks only what the outcome leaves to ask; digits 1-5 choose the grade while no text is typed.
(() => {
  const form = document.querySelector("[data-call]");
  if (!form) return;
  const reached = form.querySelector("[data-when-reached]");
  const low = form.querySelector("[data-when-low]");
  const redo = form.querySelector("[data-when-unhappy]");
  const chosen = (name) => form.querySelector(`[name=${name}]:checked`)?.value ?? "";
  const show = () => {
    reached.hidden = chosen("outcome") !== "reached";
    const grade = Number(chosen("satisfaction"));
    redo.hidden = reached.hidden || !(chosen("solved") === "no" || (grade >= 1 && grade <= 2));
    low.hidden = !(grade >= 1 && grade <= 2);
  };
  form.addEventListener("change", show);
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.matches("textarea, select, input[type=text]")) return;
    const grade = form.querySelector(`[name=satisfaction][value="${event.key}"]`);
    if (!/^[1-5]$/.test(event.key) || !grade || reached.hidden) return;
    grade.checked = true;
    grade.focus();
    show();
  });
  show();
})();
