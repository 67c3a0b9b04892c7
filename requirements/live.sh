#!/bin/sh
# Fill vendor/live, which the book serves: Python for its pages, and the editor of its cells.
# What was fetched stays in vendor; a folder that is not whole never has its name.
# usage: live.sh PYTHON
set -eu
python=$1
here=$(dirname "$0")
new=vendor/live.new

plain() {
    echo "The book will have no Run buttons, because $1." >&2
    exit 1
}

mkdir -p vendor
"$python" "$here/runtime.py" vendor/pyodide || plain "Python for its pages is missing"
rm -rf "$new"
if ! node "$here/pack.mjs" vendor/pyodide "$new"; then
    echo "Without Node, Python's modules are not compiled: it will start more slowly in the pages."
    "$python" "$here/pack.py" vendor/pyodide "$new"
fi

cp "$here/live.LICENCES.txt" "$new/LICENCES.txt"
rm -rf vendor/editor
cp -R "$here/editor" vendor/editor
(
    cd vendor/editor
    npm ci --silent --ignore-scripts --no-audit --no-fund
    node_modules/.bin/esbuild codemirror.mjs --bundle --minify --format=esm --log-level=warning \
        --banner:js='/* CodeMirror and Lezer: MIT licence, see LICENCES.txt */' \
        --outfile=../live.new/codemirror.mjs
    cat node_modules/@codemirror/view/LICENSE node_modules/@lezer/common/LICENSE >>../live.new/LICENCES.txt
) || echo "Without npm's packages, cells are edited in plain text fields."

rm -rf vendor/live
mv "$new" vendor/live
touch vendor/live/.stamp
