/**
 * The second factors of people (TOTP, RFC 6238), set up by the same requests as at a user pool. Sign-in on this machine asks for no code: a
 * person who has set one up gets the claim.
 */
import { createHmac, randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Clock } from './clock.ts';
import { writeJson } from './localState.ts';

/** The path of the requests, at the issuer's address. */
export const SECOND_FACTOR_PATH = '/second-factor';

const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
const SECRET_BYTES = 20;
/** A code is valid for 30 seconds, and a step before and after, as clocks differ (RFC 6238, 5.2). */
const STEP_SECONDS = 30;
const STEPS = [-1, 0, 1];

type Factor = { secret: string; verified?: boolean; enabled?: boolean };
type Sent = { AccessToken?: string; UserCode?: string; SoftwareTokenMfaSettings?: { Enabled?: boolean } };

/** A refusal, by its name at a user pool. */
class PoolError extends Error {
  constructor(name: string) {
    super(name);
    this.name = name;
  }
}

export class SecondFactors {
  readonly #factors: Map<string, Factor>;
  readonly #file: string;
  readonly #origin: string;
  readonly #clock: Clock;

  /** @param origin the origin of the pages that may send requests */
  constructor(file: string, origin: string, clock: Clock) {
    this.#file = file;
    this.#origin = origin;
    this.#clock = clock;
    this.#factors = new Map(existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as [string, Factor][]) : []);
  }

  /** Whether a person has set one up. */
  has(sub: string): boolean {
    return this.#factors.get(sub)?.enabled === true;
  }

  /** Answers a request of the page. @param subOf verifies an access token, and returns its subject */
  async answer(
    request: IncomingMessage,
    response: ServerResponse,
    subOf: (token: string) => Promise<string>,
  ): Promise<void> {
    const headers = {
      'access-control-allow-origin': this.#origin,
      'access-control-allow-headers': 'content-type, x-amz-target',
      'content-type': 'application/x-amz-json-1.1',
    };
    const send = (status: number, body: object) => response.writeHead(status, headers).end(JSON.stringify(body));
    if (request.method !== 'POST') return void send(200, {});
    try {
      const sent = JSON.parse(Buffer.concat(await request.toArray()).toString()) as Sent;
      const sub = await subOf(sent.AccessToken ?? '').catch(() => {
        throw new PoolError('NotAuthorizedException');
      });
      const [, operation = ''] = String(request.headers['x-amz-target']).split('.');
      send(200, this.#run(operation, sub, sent));
    } catch (error) {
      const { name, message } = error instanceof PoolError ? error : new PoolError('InvalidParameterException');
      send(400, { __type: name, message });
    }
  }

  #run(operation: string, sub: string, { UserCode = '', SoftwareTokenMfaSettings: settings }: Sent): object {
    const factor = this.#factors.get(sub);
    switch (operation) {
      case 'GetUser':
        return factor?.enabled ? { UserMFASettingList: ['SOFTWARE_TOKEN_MFA'] } : {};
      case 'AssociateSoftwareToken': {
        const secret = base32(randomBytes(SECRET_BYTES));
        this.#keep(sub, { secret });
        return { SecretCode: secret };
      }
      case 'VerifySoftwareToken': {
        const step = Math.floor(this.#clock.now() / 1000 / STEP_SECONDS);
        if (!factor || !STEPS.some((offset) => totp(factor.secret, step + offset) === UserCode))
          throw new PoolError('EnableSoftwareTokenMFAException');
        this.#keep(sub, { ...factor, verified: true });
        return { Status: 'SUCCESS' };
      }
      case 'SetUserMFAPreference':
        if (!factor?.verified) throw new PoolError('InvalidParameterException');
        this.#keep(sub, { ...factor, enabled: settings?.Enabled === true });
        return {};
      case 'GlobalSignOut':
        return {};
      default:
        throw new PoolError('UnknownOperationException');
    }
  }

  #keep(sub: string, factor: Factor): void {
    this.#factors.set(sub, factor);
    writeJson(this.#file, [...this.#factors]);
  }
}

function base32(bytes: Uint8Array): string {
  const bits = [...bytes].map((byte) => byte.toString(2).padStart(8, '0')).join('');
  return (bits.match(/.{5}/g) ?? []).map((five) => BASE32[Number.parseInt(five, 2)]).join('');
}

/** The code of a secret at a step of time (RFC 4226, 5.3). */
function totp(secret: string, step: number): string {
  const bits = [...secret].map((letter) => BASE32.indexOf(letter).toString(2).padStart(5, '0')).join('');
  const key = Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(step));
  const hash = createHmac('sha1', key).update(counter).digest();
  const number = hash.readUInt32BE((hash.at(-1) ?? 0) & 0xf) & 0x7fffffff;
  return String(number % 1_000_000).padStart(6, '0');
}

/** The code of now, as an authenticator app shows it. */
export const codeNow = (secret: string, now: number): string => totp(secret, Math.floor(now / 1000 / STEP_SECONDS));
