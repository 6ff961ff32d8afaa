/**
 * Loaded before `start.ts`: one sentence for a person whose Node can't read TypeScript. Such a Node runs only if the Node of the
 * project isn't installed. This file is CommonJS, which every Node can read.
 */
const [major] = process.versions.node.split('.').map(Number);
const PROJECT_MAJOR = 24;
if (major < PROJECT_MAJOR) {
  console.error(
    `Node ${process.versions.node} is too old: the project runs on the Node ${PROJECT_MAJOR} that it installs. Run \`npm ci\`, and then, if npm skips install scripts on this machine, \`npm rebuild --ignore-scripts=false node\`.`,
  );
  process.exit(1);
}
