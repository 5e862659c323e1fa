// What is ticked in a list of tickets, and the bar of what can be done to all of it.
{
  const boxes = () => K.all(".tickets input[type=checkbox]");
  let last = null;

  // Says how many are ticked, and gives it.
  K.picked = () => {
    const count = boxes().filter((box) => box.checked).length;
    const told = K.$("#massal [data-chosen]");
    if (told) {
      told.dataset.chosen ||= told.textContent;
      told.textContent = count ? `${count} tiket dipilih:` : told.dataset.chosen;
      told.closest("#massal").classList.toggle("some", count > 0);
    }
    return count;
  };

  document.addEventListener("click", (event) => {
    const box = event.target;
    if (!box.matches(".tickets input[type=checkbox]")) return;
    const all = boxes();
    const [from, to] = [all.indexOf(last), all.indexOf(box)].sort((a, b) => a - b);
    if (event.shiftKey && from >= 0) all.slice(from, to + 1).forEach((one) => { one.checked = box.checked; });
    last = box;
    K.picked();
  });
  addEventListener("pageshow", K.picked);
}
