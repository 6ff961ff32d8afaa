/** The faults of settings and folders with which the stack can't start. */
import { localDirectory } from '../cli/runningStack.ts';
import { StartError } from './startError.ts';

const DEFAULT_PORTS = { PORT: 4000, OIDC_PORT: 4001, SES_PORT: 4002, DYNAMODB_PORT: 4003 };

/** Ports that browsers and Node refuse to connect to (Fetch standard, "bad port"), from 1024 on: the ports below belong to the system. */
const BLOCKED_PORTS = [
  ...[1719, 1720, 1723, 2049, 3659, 4045, 4190, 5060, 5061, 6000, 6566, 6665, 6666, 6667, 6668, 6669, 6679, 6697],
  10_080,
];

/** Codes of system errors for a folder or file that can't be written. */
const NOT_WRITABLE = ['EACCES', 'EEXIST', 'EISDIR', 'ENOSPC', 'ENOTDIR', 'EPERM', 'EROFS'];

/**
 * The port in an environment variable, or its default.
 *
 * @throws StartError if the variable has no port that a browser opens
 */
export function portIn(variable: keyof typeof DEFAULT_PORTS): number {
  const text = process.env[variable];
  if (text === undefined || text === '') return DEFAULT_PORTS[variable];
  const number = Number(text);
  if (!Number.isInteger(number) || number < 0 || number > 65_535)
    throw new StartError(`${variable} must be a port, not "${text}".`);
  if (BLOCKED_PORTS.includes(number))
    throw new StartError(`${variable} must be another port: browsers block port ${number}.`);
  return number;
}

/** Why the stack can't start: one sentence if a person can fix it, otherwise the error itself. */
export function reasonOf(error: unknown): unknown {
  if (error instanceof StartError) return error.message;
  const { code = '', path } = error as NodeJS.ErrnoException;
  if (path === undefined || !NOT_WRITABLE.includes(code)) return error;
  const instead = path.startsWith(localDirectory())
    ? 'set LOCAL_DIR to another'
    : 'start a copy of the project elsewhere';
  return `${path} can't be written (${code}): make the folder writable, or ${instead}.`;
}
