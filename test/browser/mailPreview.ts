/**
 * `npm run mail:preview`: writes every mail in every language to `dist/mail`, as HTML, as text and as pictures (light and dark, phone and
 * desk). `index.html` shows them all.
 */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { LANGUAGES } from '../../shared/contract/vocabulary.ts';
import { MESSAGE_NAMES, renderSample, sampleMail } from '../../shared/mail/samples.ts';
import { launchChromium } from './chromium.ts';
import { pictureIndex } from './pictureIndex.ts';

const SCHEMES = ['light', 'dark'] as const;
const WIDTHS = [320, 640] as const;

const folder = join(import.meta.dirname, '../../dist/mail');
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

const sections = mails.map(({ file, subject }) => ({
  id: file,
  heading: `${file} <small>${subject.replaceAll('<', '&lt;')} · <a href="${file}.txt">text</a></small>`,
  pictures: SCHEMES.flatMap((scheme) =>
    WIDTHS.map((width) => ({ file: `${file}.${scheme}.${width}.png`, width, href: `${file}.html` })),
  ),
}));
writeFileSync(join(folder, 'index.html'), pictureIndex('Mails', sections));
console.log(`${mails.length} mails: ${join(folder, 'index.html')}`);
