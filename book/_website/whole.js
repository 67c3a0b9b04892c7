// Makes a book of the one long page: chapters' titles on top, and a first page with the contents.
() => {
  const raise = (heading) => {
    const level = Number(heading.tagName[1]);
    const raised = document.createElement(`h${Math.max(1, level - 1)}`);
    raised.append(...heading.childNodes);
    raised.id = heading.id;
    heading.replaceWith(raised);
  };
  const chapters = [...document.querySelectorAll("span[id^='document-'] + section")];
  for (const chapter of chapters) chapter.querySelectorAll("h2, h3, h4, h5, h6").forEach(raise);

  const title = document.querySelector("meta[property='og:site_name'], title");
  const first = document.querySelector(".bd-article > section");
  const contents = document.createElement("nav");
  contents.className = "book-contents";
  contents.innerHTML = "<p class='book-title'></p><p class='book-author'></p><ol></ol>";
  contents.querySelector(".book-title").textContent = title.content ?? title.textContent;
  contents.querySelector(".book-author").textContent =
    document.querySelector(".component-author")?.textContent.trim().replace(/^By\s+/, "") ?? "";
  for (const section of [first, ...chapters]) {
    const link = document.createElement("a");
    link.href = `#${section.id}`;
    link.textContent = section.querySelector("h1").firstChild.textContent;
    const item = document.createElement("li");
    item.append(link);
    contents.querySelector("ol").append(item);
  }
  first.before(contents);
}
