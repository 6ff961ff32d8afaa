/**
 * `npm run logs -- --customer <id>`: asks the logs of the local stack a question of an operator. Without an option, it lists the questions.
 * The stack need not run.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { SAVED_QUERIES } from '../infra/savedQueries.ts';
import { answerText, ask, readLogs } from './logLines.ts';
import { localDirectory } from './runningStack.ts';

const USAGE = `Ask one question:
${SAVED_QUERIES.map(({ option, question, asks }) => `  npm run -s logs -- ${`--${option}${asks === undefined ? '' : ' <id>'}`.padEnd(17)}${question}${asks === undefined ? '' : ` (${asks})`}`).join('\n')}
On AWS, the same questions are saved in CloudWatch Logs Insights: docs/logs.md.`;

function run([option = '', asked, ...more]: string[]): string {
  const query = SAVED_QUERIES.find((each) => `--${each.option}` === option);
  const isComplete = query && (asked === undefined) === (query.asks === undefined) && more.length === 0;
  if (!isComplete) throw new Error(USAGE);
  const folder = join(localDirectory(), 'logs');
  if (!existsSync(folder)) throw new Error(`There are no logs in ${folder}: run npm start first, or set LOCAL_DIR.`);
  const answer = ask(query, readLogs(folder), asked);
  return answer.rows.length === 0 ? 'No line of the logs tells it.' : answerText(answer, 'by' in query.answer);
}

try {
  console.log(run(process.argv.slice(2)));
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
