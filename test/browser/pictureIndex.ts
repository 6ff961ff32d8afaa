/** An HTML page that shows pictures of the product. */

export type PictureSection = {
  id: string;
  /** HTML */
  heading: string;
  /** The pictures, each with its width on the page and its link. */
  pictures: { file: string; width: number; href: string }[];
};

/** The page as HTML, with a section for each subject of the pictures. */
export function pictureIndex(title: string, sections: PictureSection[]): string {
  const shown = sections.map(
    ({ id, heading, pictures }) =>
      `<section id="${id}"><h2>${heading}</h2>\n${pictures
        .map(({ file, width, href }) => `<a href="${href}"><img src="${file}" width="${width}" alt=""></a>`)
        .join('\n')}</section>`,
  );
  return `<!doctype html><meta charset="utf-8"><title>${title}</title><style>body{font:16px sans-serif}img{vertical-align:top;margin:4px;border:1px solid #999}small{font-weight:400}</style>\n${shown.join('\n')}\n`;
}
