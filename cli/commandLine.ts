/** The arguments of an operator's commands. */
import { type ParseArgsOptionsConfig, parseArgs } from 'node:util';
import { requireEnvironment } from '../infra/environment.ts';

/**
 * The arguments of a command for one environment. For `--help`, prints the usage and ends the process.
 *
 * @throws Error with the sentence that says what is wrong, and the usage
 */
export function argumentsOf<const Options extends ParseArgsOptionsConfig>(usage: string, options: Options) {
  const args = process.argv.slice(2);
  if (args.some((arg) => arg === '--help' || arg === '-h')) {
    console.log(usage);
    process.exit();
  }
  try {
    const { values, positionals } = parseArgs({ args, allowPositionals: true, options });
    const [name, ...others] = positionals;
    if (name === undefined) throw new Error('Name the environment.');
    if (others.length > 0) throw new Error(`Name one environment, not ${others.join(' ')} as well.`);
    requireEnvironment(name);
    return { name, values };
  } catch (error) {
    throw new Error(`${sentenceOf(error as Error & { code?: string })}\n\n${usage}`);
  }
}

/** Node's message, whose advice about unknown options is for programs that take such words. */
function sentenceOf({ code, message }: Error & { code?: string }): string {
  const [, option = ''] = /'(.+?)'/.exec(message) ?? [];
  return code === 'ERR_PARSE_ARGS_UNKNOWN_OPTION' ? `There is no option ${option}.` : message;
}

/** A day, a time and its zone. Without a zone, JavaScript would take the time of this machine. */
const MOMENT = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)$/;

/**
 * The moment in the past that an option gives.
 *
 * @throws Error with the sentence that says what is wrong, and the usage
 */
export function momentOf(usage: string, option: string, text: string | undefined): Date {
  const time = MOMENT.test(text ?? '') ? Date.parse(text ?? '') : Number.NaN;
  const fault =
    (text === undefined && 'is missing: it must be a moment such as 2026-11-27T08:00:00Z.') ||
    (Number.isNaN(time) && `must be a moment with its zone, such as 2026-11-27T08:00:00Z, not ${text}.`) ||
    (time > Date.now() && `must be in the past, not ${text}.`);
  if (fault) throw new Error(`--${option} ${fault}\n\n${usage}`);
  return new Date(time);
}
