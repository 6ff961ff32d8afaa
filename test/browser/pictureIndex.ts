/** A page that shows pictures of the product, to be looked at. */

export type PictureSection = {
  id: string;
  /** HTML */
  heading: string;
  /** Each with its width on the page, and what it leads to. */
  pictures: { file: string; width: number; href: string }[];
};

/** The page as HTML, a section for each thing that the pictures are of. */
export function pictureIndex(title: string, sections: PictureSection[]): string {
  const shown = sections.map(
    ({ id, heading, pictures }) =>
      `<section id="${id}"><h2>${heading}</h2>\n${pictures
        .map(({ file, width, href }) => `<a href="${href}"><img src="${file}" width="${width}" alt=""></a>`)
        .join('\n')}</section>`,
  );
  return `<!doctype html><meta charset="utf-8"><title>${title}</title><style>body{font:16px sans-serif}img{vertical-align:top;margin:4px;border:1px solid #999}small{font-weight:400}</style>\n${shown.join('\n')}\n`;
}
