// What Datasette's pages hold as inline scripts, which the site's content security policy forbids,
// and the column menu's words in the language of the page.

// Read by Datasette's table.js.
var DATASETTE_ALLOW_FACET = true;

document.addEventListener("DOMContentLoaded", () => {
  const words = document.querySelector("#menu-words")?.dataset ?? {};
  const names = {
    "dropdown-sort-asc": words.sortAsc,
    "dropdown-sort-desc": words.sortDesc,
    "dropdown-facet": words.facet,
    "dropdown-hide-column": words.hideColumn,
    "dropdown-show-all-columns": words.showColumns,
    "dropdown-not-blank": words.notBlank,
  };
  for (const [name, text] of Object.entries(names)) {
    const link = document.querySelector(`.dropdown-menu a.${name}`);
    if (link) link.textContent = text;
  }

  const input = document.querySelector("textarea#sql-editor");
  const format = document.querySelector("button#sql-format");
  if (!input) return;
  const editor = CodeMirror.fromTextArea(input, {
    lineNumbers: true,
    lineWrapping: true,
    mode: "text/x-sql",
    extraKeys: { "Shift-Enter": () => input.form.submit(), Tab: false },
  });
  editor.getInputField().setAttribute("aria-label", "SQL");
  cmResize(editor, { resizableWidth: false });
  if (format) {
    format.hidden = false;
    format.addEventListener("click", () => {
      editor.setValue(sqlFormatter.format(editor.getValue()));
    });
  }
});
