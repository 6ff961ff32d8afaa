/** The size of pages in a real browser. */
import { describe, expect, it } from 'vitest';
import { testStack } from '../stack.ts';
import { portalBrowser } from './portal.ts';

/** The most script that the portal's first page may load, compressed as it is served. */
const MAX_FIRST_PAGE_BYTES = 352 * 1024;
/** The most files of it. Each one costs the browser a few milliseconds, also from its cache. */
const MAX_FIRST_PAGE_FILES = 20;

describe('the portal’s script', () => {
  const { open } = portalBrowser(testStack());

  it('of the first page is within its budget', async () => {
    const page = await open('/customers');
    const bytes: Record<string, number> = {};
    page.on('response', (response) => {
      if (response.request().resourceType() !== 'script') return;
      bytes[new URL(response.url()).pathname] = Number(response.headers()['content-length']);
    });
    // Nothing may come from the browser's cache.
    const session = await page.context().newCDPSession(page);
    await session.send('Network.setCacheDisabled', { cacheDisabled: true });
    await page.reload();
    await page.getByText('No customers yet').waitFor();
    const sum = Object.values(bytes).reduce((all, each) => all + each, 0);
    console.log(`script of the first page: ${Math.round(sum / 1024)} KB in ${Object.keys(bytes).length} files`);
    expect(sum).toBeGreaterThan(50 * 1024);
    expect(sum).toBeLessThanOrEqual(MAX_FIRST_PAGE_BYTES);
    expect(Object.keys(bytes).length).toBeLessThanOrEqual(MAX_FIRST_PAGE_FILES);
  });
});
