// Loads the script behind the cells' buttons.  It is a module, which no browser loads from a file.
if (document.documentElement.dataset.live === "page") {
  import(new URL("live.mjs", document.currentScript.src));
}
