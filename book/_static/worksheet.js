// Loads the script behind an assignment's page.  It is a module, which no browser loads from a file.
if (document.documentElement.dataset.live === "page") {
  import(new URL("worksheet.mjs", document.currentScript.src));
}
