import { expect, test } from 'vitest';
import layout from './layout.json' with { type: 'json' };
import { renderLayout } from './renderLayout.ts';

test('the stored layout is built from Layout.tsx; if not, run `npm run mail:build`', async () => {
  expect(layout).toEqual(await renderLayout());
});

test('the layout loads nothing and tracks nobody', () => {
  const html = Object.values(layout).join('');
  expect(html).not.toMatch(/<img|<script|<link|@import|url\(|https?:/);
  for (const [link] of html.matchAll(/<a [^>]*>/g)) expect(link).toMatch(/ ses:no-track[ >]/);
});
