/** A question to the person before the browser forgets imports that are not finished. The first page loads this file alone. */

/** Shows the question, and calls `signOut` if the person still wants to. */
type Ask = (signOut: () => void) => void;

let ask: Ask | undefined;

/** Asks before the next signing out. @returns a function that ends this */
export function askBeforeSignOut(question: Ask): () => void {
  ask = question;
  return () => {
    ask = undefined;
  };
}

/** Signs out, after the question if there is one. */
export const signOutAsked = (signOut: () => void): void => (ask ? ask(signOut) : signOut());
