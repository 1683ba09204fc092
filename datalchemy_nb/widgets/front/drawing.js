// A drawing whose tables can be opened. The svg is made by this package alone, and every text in it is escaped.

export default {
  render({ model, el }) {
    const draw = () => {
      el.innerHTML = model.get("svg");
      for (const part of el.querySelectorAll("[data-open]")) {
        const open = () => model.send({ act: "open", key: part.dataset.open });
        part.setAttribute("tabindex", "0");
        part.setAttribute("role", "button");
        part.addEventListener("click", open);
        part.addEventListener("keydown", (event) => {
          if (event.key !== "Enter" && event.key !== " ") return;
          event.preventDefault();
          event.stopPropagation();
          open();
        });
      }
    };
    el.classList.add("datalchemy", "dc-drawing");
    model.on("change:svg", draw);
    draw();
  },
};
