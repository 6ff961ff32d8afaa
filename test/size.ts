/** Whether the long forms of the tests run: more random cases, every combination, larger lists. */
export const LONG = process.env['LONG'] === '1';
