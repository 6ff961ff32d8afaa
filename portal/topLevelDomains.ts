/**
 * In the place of `shared/contract/topLevelDomains.ts`. The list is loaded when a name is first checked, because the first page doesn't need
 * it. Until it is there, a page finds no end of a host name, and the server does.
 */
let all: ReadonlySet<string> | undefined;

export function isTopLevelDomain(label: string): boolean {
  if (!all) void load();
  return all?.has(label) ?? false;
}

async function load(): Promise<void> {
  all = new Set();
  try {
    all = new Set((await import('tlds')).default);
  } catch {
    // Without a network. The next check tries again.
    all = undefined;
  }
}
