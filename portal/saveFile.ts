/** Long enough for a browser to have taken what it saves. */
const KEPT_MS = 60_000;

/** Gives somebody a text as a file of this name. */
export function saveFile(name: string, text: string, type: string): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([text], { type }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), KEPT_MS);
}
