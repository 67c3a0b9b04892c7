// Run pack.py by Pyodide itself, which compiles for its own version of Python.
// usage: node pack.mjs FETCHED SERVED
import { mkdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const [fetched, served] = process.argv.slice(2).map((path) => resolve(path));
const { loadPyodide } = await import(pathToFileURL(join(fetched, "pyodide.mjs")));
const python = await loadPyodide({ indexURL: `${fetched}/`, args: ["pack.py", "/fetched", "/served"] });
mkdirSync(served, { recursive: true });
for (const [name, root] of [["/fetched", fetched], ["/served", served]]) {
  python.FS.mkdirTree(name);
  python.FS.mount(python.FS.filesystems.NODEFS, { root }, name);
}
python.runPython(readFileSync(fileURLToPath(new URL("pack.py", import.meta.url)), "utf8"), {
  globals: python.toPy({ __name__: "__main__" }),
});
