/**
 * `npm run mail:preview`: every mail in every language as HTML, as text and as pictures, light and dark, on a phone and on a desk,
 * with `index.html` that shows them all. Writes them to `dist/mail`.
 */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { LANGUAGES } from '../shared/program.ts';
import { launchChromium } from '../test/browser/chromium.ts';
import { MESSAGE_NAMES, renderSample, sampleMail } from './samples.ts';

const SCHEMES = ['light', 'dark'] as const;
const WIDTHS = [320, 640] as const;

const folder = join(import.meta.dirname, '..', 'dist', 'mail');
rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });

const mails = LANGUAGES.flatMap((language) =>
  MESSAGE_NAMES.map((name) => ({ file: `${name}.${language}`, ...renderSample(sampleMail(name, language)) })),
);
for (const { file, text, html } of mails) {
  writeFileSync(join(folder, `${file}.html`), html);
  writeFileSync(join(folder, `${file}.txt`), text);
}

const browser = await launchChromium();
for (const colorScheme of SCHEMES) {
  for (const width of WIDTHS) {
    const page = await browser.newPage({ colorScheme, viewport: { width, height: 480 } });
    for (const { file, html } of mails) {
      await page.setContent(html);
      await page.screenshot({ path: join(folder, `${file}.${colorScheme}.${width}.png`), fullPage: true });
    }
    await page.close();
  }
}
await browser.close();

const pictures = (file: string) =>
  SCHEMES.flatMap((scheme) =>
    WIDTHS.map(
      (width) => `<a href="${file}.html"><img src="${file}.${scheme}.${width}.png" width="${width}" alt=""></a>`,
    ),
  ).join('\n');
const sections = mails.map(
  ({ file, subject }) =>
    `<h2>${file} <small>${subject.replaceAll('<', '&lt;')} · <a href="${file}.txt">text</a></small></h2>\n${pictures(file)}`,
);
writeFileSync(
  join(folder, 'index.html'),
  `<!doctype html><meta charset="utf-8"><title>Mails</title><style>body{font:16px sans-serif}img{vertical-align:top;margin:4px;border:1px solid #999}small{font-weight:400}</style>\n${sections.join('\n')}\n`,
);
console.log(`${mails.length} mails: ${join(folder, 'index.html')}`);
