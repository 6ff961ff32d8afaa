import type { Construct } from 'constructs';
import { type FunctionParts, PortalFunction } from './portalFunction.ts';
import { Schedule } from './schedule.ts';

/** A run of the schedule is over before the next one starts. */
const INTERVAL_MINUTES = 15;
const TIMEOUT_SECONDS = 10 * 60;

/** Expires, reminds and removes customers on a schedule. */
export class ExpireUnconfirmed extends PortalFunction {
  constructor(scope: Construct, parts: FunctionParts) {
    super(scope, 'expireUnconfirmed', parts, { timeoutSeconds: TIMEOUT_SECONDS });
    new Schedule(scope, this, INTERVAL_MINUTES);
  }
}
