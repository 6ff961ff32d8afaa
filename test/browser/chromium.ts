/** A real Chromium for tests: the machine's own, or one that is installed now, if no questions have to be answered for that. */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { type Browser, type BrowserServer, chromium, type LaunchOptions } from 'playwright-core';

/** Chromium without a user interface comes first: it renders pages with the same code, and takes a quarter less computing. */
const NAMES = [
  'chromium-headless-shell',
  'chromium',
  'chromium-browser',
  'google-chrome',
  'google-chrome-stable',
  'microsoft-edge',
];
/** Debian's package of it. */
const [PACKAGE] = NAMES;
/** The usual places of a browser that is not on the PATH. */
const USUAL_PLACES = {
  darwin: ['Google Chrome', 'Chromium', 'Microsoft Edge'].map(
    (name) => `/Applications/${name}.app/Contents/MacOS/${name}`,
  ),
  win32: ['PROGRAMFILES', 'PROGRAMFILES(X86)', 'LOCALAPPDATA'].flatMap((variable) =>
    [
      'Google\\Chrome\\Application\\chrome.exe',
      'Chromium\\Application\\chrome.exe',
      'Microsoft\\Edge\\Application\\msedge.exe',
    ].map((file) => join(process.env[variable] ?? '', file)),
  ),
} as Partial<Record<NodeJS.Platform, string[]>>;

const isRoot = process.getuid?.() === 0;

/** Starts a headless Chromium that talks only to the pages' servers. */
export const launchChromium = (): Promise<Browser> => chromium.launch(launchOptions());

/** Starts the same Chromium for other processes, which connect to it. */
export const serveChromium = (): Promise<BrowserServer> =>
  chromium.launchServer({ ...launchOptions(), host: '127.0.0.1' });

function launchOptions(): LaunchOptions {
  return {
    executablePath: findChromium() ?? installChromium(),
    args: [
      // Chromium refuses to sandbox root's processes.
      ...(isRoot ? ['--no-sandbox'] : []),
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  };
}

function findChromium(): string | undefined {
  const { CHROMIUM_PATH, PATH = '' } = process.env;
  if (CHROMIUM_PATH) return CHROMIUM_PATH;
  const folders = PATH.split(delimiter);
  const onPath = NAMES.flatMap((name) => folders.map((folder) => join(folder, name)));
  return [...onPath, ...(USUAL_PLACES[process.platform] ?? []), chromium.executablePath()].find(existsSync);
}

/** Installs Chromium on Debian as root. Ubuntu's package of this name is a snap, which containers can't install. */
function installChromium(): string {
  const isDebian = existsSync('/etc/os-release') && /^ID=debian$/m.test(readFileSync('/etc/os-release', 'utf8'));
  if (isDebian && isRoot) {
    const aptGet = 'apt-get -qq -o DPkg::Lock::Timeout=300';
    const install = `command -v ${PACKAGE} || { ${aptGet} update && ${aptGet} install -y --no-install-recommends ${PACKAGE}; }`;
    try {
      // One installation at a time: several files of a run may need Chromium at the same moment.
      execFileSync('flock', ['/var/lock/partner-portal-chromium', 'sh', '-c', install], {
        env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
        stdio: 'ignore',
      });
    } catch {
      // The error below says how to continue.
    }
  }
  const installed = findChromium();
  if (installed) return installed;
  throw new Error(
    'The browser tests need Chromium: install it (Debian: apt-get install chromium; anywhere: npx playwright-core install chromium), or name one in CHROMIUM_PATH.',
  );
}
