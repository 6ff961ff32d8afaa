/** The page's files as text, which is what a bundle embeds them as. */
declare module '*.html' {
  const text: string;
  export = text;
}
declare module '*.css' {
  const text: string;
  export = text;
}
declare module '*/invite.js' {
  const text: string;
  export = text;
}
declare module '*/messages.js' {
  const text: string;
  export = text;
}
