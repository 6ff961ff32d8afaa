/** The parts of a JSON text that matter here: strings, each with the colon that makes it a key, and what begins, ends or divides a value. */
const TOKEN = /"([^"\\]*(?:\\.[^"\\]*)*)"\s*(:?)|[{}[\],]/g;

/** The way to the first key that an object has twice (`person.email`, `deltas.0.roleId`), in valid JSON; undefined if there is none. */
export function duplicateKey(json: string): string | undefined {
  /** The objects and lists around a token: the place in each, and the keys of an object. */
  const around: { place: string | number; keys?: Set<string> }[] = [];
  for (const [token, text = '', colon] of json.matchAll(TOKEN)) {
    const inside = around.at(-1);
    if (token === '{') around.push({ place: '', keys: new Set() });
    else if (token === '[') around.push({ place: 0 });
    else if (token === '}' || token === ']') around.pop();
    else if (token === ',' && typeof inside?.place === 'number') inside.place += 1;
    else if (colon && inside?.keys) {
      // The same key can be written with and without escapes.
      inside.place = text.includes('\\') ? String(JSON.parse(`"${text}"`)) : text;
      if (inside.keys.has(inside.place)) return around.map(({ place }) => place).join('.');
      inside.keys.add(inside.place);
    }
  }
  return undefined;
}
