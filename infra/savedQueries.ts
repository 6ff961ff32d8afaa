/**
 * The questions that an operator asks the logs. Each is written once, as data: the stack saves it as a query of CloudWatch Logs Insights,
 * and `npm run logs` asks the log files of the local stack. `docs/logs.md` says what the fields are.
 */
import type { FunctionName } from './permissions.ts';

/** A condition on a line. `equals: ASKED` stands for the value that the question asks about. */
export type Condition =
  | { field: string; equals: string | boolean | typeof ASKED }
  | { field: string; isPresent: true }
  | { anyOf: Condition[] };

/** Stands in a condition for the value that the question asks about. */
export const ASKED = Symbol('the value that the question asks about');

/** A column of a table: the number of lines, or a value of the lines of a row. */
export type Column = { name: string } & ({ value: 'count' } | { value: 'max' | 'earliest' | 'latest'; of: string });

export type SavedQuery = {
  /** The option of `npm run logs`, and the name of the value that the question asks about. */
  option: string;
  question: string;
  /** What the value is; absent if the question needs none. */
  asks?: string;
  /** The functions whose logs have the answer; absent: all logs of the environment. */
  functions?: FunctionName[];
  /** All of these hold for the lines of the answer. */
  where: Condition[];
  /** The fields of each line, the oldest line first; or a row for each combination of values, the largest number first. */
  answer: { fields: string[] } | { columns: [Column, ...Column[]]; by: string[] };
};

const isAsked = (field: string): Condition => ({ field, equals: ASKED });
/** Only the line with the result of a request has it. */
const IS_REQUEST: Condition = { field: 'status', isPresent: true };
const REQUESTS: Column = { name: 'requests', value: 'count' };

export const SAVED_QUERIES: readonly SavedQuery[] = [
  {
    option: 'customer',
    question: 'What happened to this customer',
    asks: 'the id of the customer',
    where: [isAsked('customerId')],
    answer: {
      fields: [
        ...['function', 'endpoint', 'work', 'status', 'code', 'durationMs', 'event', 'version', 'kind', 'outcome'],
        ...['why', 'report', 'deliveryStatus', 'error', 'message', 'partnerId', 'principal', 'viewer', 'traceId'],
        'release',
      ],
    },
  },
  {
    option: 'request',
    question: 'What followed from this request',
    asks: 'the requestId of an answer, or the traceId of a line',
    where: [isAsked('traceId')],
    answer: {
      fields: [
        ...['function', 'endpoint', 'work', 'status', 'code', 'durationMs', 'customerId', 'event', 'version', 'kind'],
        ...['outcome', 'why', 'report', 'deliveryStatus', 'error', 'message', 'partnerId', 'principal', 'viewer'],
        ...['requestId', 'release'],
      ],
    },
  },
  {
    option: 'mail',
    question: 'Why did this mail not leave',
    asks: 'the id of the customer that the mail is about, or of the partner that invites a member',
    functions: ['deliverMail', 'recordDelivery'],
    where: [{ anyOf: [isAsked('customerId'), isAsked('partnerId'), { field: 'held', equals: true }] }],
    answer: {
      fields: [
        ...['function', 'customerId', 'version', 'eventId', 'kind', 'outcome', 'attempts', 'why', 'held', 'error'],
        ...['message', 'report', 'deliveryStatus', 'reasonCode', 'traceId'],
      ],
    },
  },
  {
    option: 'hammering',
    question: 'Who is hammering',
    where: [IS_REQUEST],
    answer: {
      columns: [
        REQUESTS,
        { name: 'slowestMs', value: 'max', of: 'durationMs' },
        { name: 'since', value: 'earliest', of: 'timestamp' },
        { name: 'until', value: 'latest', of: 'timestamp' },
      ],
      by: ['partnerId', 'principal', 'viewer', 'source', 'route', 'status', 'code'],
    },
  },
  {
    option: 'release',
    question: 'What did this release change',
    where: [{ field: 'release', isPresent: true }],
    answer: {
      columns: [
        { name: 'lines', value: 'count' },
        { name: 'slowestMs', value: 'max', of: 'durationMs' },
        { name: 'since', value: 'earliest', of: 'timestamp' },
      ],
      by: ['function', 'release', 'level', 'status', 'code', 'outcome', 'error'],
    },
  },
];
