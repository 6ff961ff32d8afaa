import type { Construct } from 'constructs';
import { type FunctionParts, PortalFunction } from './portalFunction.ts';
import { Schedule } from './schedule.ts';

/** A run ends before the next one starts. */
const INTERVAL_MINUTES = 15;
const TIMEOUT_SECONDS = 10 * 60;

/** On a schedule, reminds customers, expires them and removes them. */
export class ExpireUnconfirmed extends PortalFunction {
  constructor(scope: Construct, parts: FunctionParts) {
    super(scope, 'expireUnconfirmed', parts, { timeoutSeconds: TIMEOUT_SECONDS });
    new Schedule(scope, this, parts.environment, INTERVAL_MINUTES);
  }
}
