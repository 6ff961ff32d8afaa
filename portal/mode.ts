/** Light or dark appearance: the device's, or the one that the person chose. */
import { applyMode, Mode } from '@cloudscape-design/global-styles';
import { readStored, writeStored } from './stored.ts';

export const MODES = ['system', 'light', 'dark'] as const;
export type ModeChoice = (typeof MODES)[number];

const STORED_AS = 'mode';
const prefersDark = matchMedia('(prefers-color-scheme: dark)');

export function chosenMode(): ModeChoice {
  const stored = readStored<ModeChoice>(STORED_AS);
  return stored && MODES.includes(stored) ? stored : 'system';
}

export function chooseMode(choice: ModeChoice): void {
  writeStored(STORED_AS, choice);
  showMode();
}

function showMode(): void {
  const choice = chosenMode();
  const dark = choice === 'system' ? prefersDark.matches : choice === 'dark';
  applyMode(dark ? Mode.Dark : Mode.Light);
  // The browser draws parts itself, such as scroll bars.
  document.documentElement.style.colorScheme = dark ? 'dark' : 'light';
}

/** Shows the mode before the first page, and again when the device's setting changes. */
export function initMode(): void {
  showMode();
  prefersDark.addEventListener('change', showMode);
}
