// A button that puts a text into the clipboard. The text is asked of the kernel when it is wanted, so that a large plan
// is not sent with every edit. Where the clipboard is closed, the text is shown to be copied by hand.

export default {
  render({ model, el }) {
    const button = document.createElement("button");
    const text = document.createElement("textarea");
    const said = document.createElement("span");
    el.classList.add("dc-copy");
    button.className = "jupyter-button widget-button";
    button.title = model.get("tip");
    button.textContent = model.get("label");
    text.readOnly = true;
    text.hidden = true;
    text.setAttribute("aria-label", model.get("label"));
    said.setAttribute("role", "status");
    button.addEventListener("click", () => model.send({ act: "copy" }));
    model.on("msg:custom", async (message) => {
      try {
        await navigator.clipboard.writeText(message.text);
        text.hidden = true;
        said.textContent = "✓ copied";
        setTimeout(() => { said.textContent = ""; }, 2500);
      } catch {
        text.value = message.text;
        text.hidden = false;
        text.select();
        said.textContent = "press Ctrl+C";
      }
    });
    el.append(button, said, text);
  },
};
