import { randomBytes } from 'node:crypto';
import { customerAnswer, etag, loadPartner, replayHeaders } from '../shared/answers.ts';
import { createCustomer } from '../shared/contract.ts';
import { forPartner, serve } from '../shared/http.ts';
import { newCustomerId } from '../shared/ids.ts';
import { Problem } from '../shared/problem.ts';
import { type Changed, registerCustomer, replayedRegistration } from '../shared/table.ts';

/** Bytes of an invitation's nonce. */
const NONCE_BYTES = 12;

/** Registers a customer in the status Verification required; the event that says so carries the invitation mail. */
export const handler = serve(
  forPartner(createCustomer, async ({ body, membership, circumstances, now, program }) => {
    const { partnerId } = membership;
    const partner = await loadPartner(partnerId);
    const id = newCustomerId(partnerId, circumstances.idempotency);
    const answer = (registered: Changed) => ({
      answer: customerAnswer(registered, registered.replayed ? new Date(registered.customer.createdAt) : now, program),
      headers: { ...etag(registered), ...replayHeaders(registered.replayed) },
    });
    if (!partner.paid) {
      // What was registered while the partner was in paid mode is answered as it was then.
      const replayed = await replayedRegistration(id, circumstances);
      if (replayed) return answer(replayed);
      throw new Problem('PARTNER_NOT_PAID', 'Switch the partner account to paid consumption mode to add customers.');
    }
    const { person = {}, friendlyName } = body;
    const name = body.name ?? friendlyName;
    // `email` is the address that is invited; without it the contact's is taken.
    const email = body.email ?? person.email;
    if (name === undefined || email === undefined) {
      const errors = [
        ...(name === undefined ? [{ path: 'name', message: 'name is required' }] : []),
        ...(email === undefined ? [{ path: 'email', message: 'email is required' }] : []),
      ];
      throw new Problem('VALIDATION_FAILED', `${errors.map(({ message }) => message).join('; ')}.`, { errors });
    }
    const registered = await registerCustomer(
      {
        type: 'invite',
        id,
        partnerId,
        partnerName: partner.name,
        email,
        nonce: randomBytes(NONCE_BYTES).toString('base64url'),
        details: {
          name,
          friendlyName,
          role: body.role ?? program.defaultRole,
          person,
          language: body.language ?? program.defaultLanguage,
          adminEmails: [...new Set(body.adminEmails)],
        },
      },
      circumstances,
    );
    return answer(registered);
  }),
);
