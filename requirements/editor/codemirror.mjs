// An editor for a cell, of the parts of CodeMirror that it needs.
import { defaultKeymap, history, historyKeymap, indentWithTab } from "@codemirror/commands";
import { pythonLanguage } from "@codemirror/lang-python";
import { bracketMatching, indentOnInput, indentUnit, syntaxHighlighting } from "@codemirror/language";
import { EditorView, drawSelection, keymap } from "@codemirror/view";
import { classHighlighter } from "@lezer/highlight";

export function editor({ parent, doc, label, change, run }) {
  return new EditorView({
    parent,
    doc,
    extensions: [
      keymap.of([
        { key: "Shift-Enter", run, preventDefault: true },
        { key: "Mod-Enter", run, preventDefault: true },
        ...defaultKeymap,
        ...historyKeymap,
        indentWithTab,
      ]),
      history(),
      drawSelection(),
      bracketMatching(),
      indentOnInput(),
      indentUnit.of("    "),
      pythonLanguage,
      syntaxHighlighting(classHighlighter),
      EditorView.contentAttributes.of({ "aria-label": label, tabindex: "0" }),
      EditorView.updateListener.of((update) => update.docChanged && change(update.state.doc.toString())),
    ],
  });
}
