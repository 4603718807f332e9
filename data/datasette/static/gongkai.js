// What Datasette's pages hold as inline scripts, which the site's content security policy forbids,
// and the column menu's words in Chinese.

// Read by Datasette's table.js.
var DATASETTE_ALLOW_FACET = true;

document.addEventListener("DOMContentLoaded", () => {
  const words = {
    "dropdown-sort-asc": "升序 Sort ascending",
    "dropdown-sort-desc": "降序 Sort descending",
    "dropdown-facet": "按此归类 Facet by this",
    "dropdown-hide-column": "隐藏此列 Hide this column",
    "dropdown-show-all-columns": "显示各列 Show all columns",
    "dropdown-not-blank": "只看非空 Show not-blank rows",
  };
  for (const [name, text] of Object.entries(words)) {
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
