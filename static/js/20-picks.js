// What is ticked in a list of tickets, and the bar of what can be done to all of it.
{
  const boxes = () => K.all(".tickets input[type=checkbox]");
  const bar = () => K.$("#massal");
  let last = null;

  K.picked = () => {
    const count = boxes().filter((box) => box.checked).length;
    const place = bar();
    if (!place) return count;
    let told = K.$("[data-picked]", place);
    if (!told) {
      told = K.make("b", { "data-picked": "", role: "status" });
      place.prepend(told);
    }
    told.textContent = count ? `${count} tiket dipilih` : "";
    place.classList.toggle("some", count > 0);
    return count;
  };

  document.addEventListener("click", (event) => {
    const box = event.target;
    if (!box.matches?.(".tickets input[type=checkbox]")) return;
    const all = boxes();
    const [from, to] = [all.indexOf(last), all.indexOf(box)].sort((a, b) => a - b);
    if (event.shiftKey && from >= 0) all.slice(from, to + 1).forEach((one) => { one.checked = box.checked; });
    last = box;
    K.picked();
  });
  document.addEventListener("reset", () => setTimeout(K.picked));
  addEventListener("pageshow", K.picked);
}
