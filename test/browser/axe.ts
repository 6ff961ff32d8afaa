import axe from 'axe-core';
import type { Page } from 'playwright-core';

/**
 * The faults that axe finds in a page as it is shown now, each with the elements that have it.
 *
 * @param tags the rules to apply, such as `wcag2aa`; by default all
 */
export async function axeFaults(page: Page, tags?: string[]): Promise<string[]> {
  if (!(await page.evaluate('"axe" in window'))) await page.evaluate(axe.source);
  // Results only for violations: the other results take most of the computing.
  const options = JSON.stringify({ resultTypes: ['violations'], ...(tags && { runOnly: tags }) });
  return page.evaluate<string[]>(`axe.run(${options}).then(({ violations }) =>
    violations.map(({ id, nodes }) => id + ': ' + nodes.map(({ html }) => html.slice(0, 150)).join(' | ')))`);
}
