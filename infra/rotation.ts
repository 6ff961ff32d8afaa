/** The check of a rotation of the front door's keys before a deployment. (ADR 23) */
import type { Environment } from './environment.ts';
import type { ComparedTemplate } from './keepsData.ts';

/** The type of the resource whose attribute `Digests` has the digests of the keys in its property `Keys`. */
export const DIGESTS = 'Custom::FrontDoorDigests';

/**
 * One sentence, if a deployment would let the distribution send a value that the deployed functions refuse: the distribution changes
 * before them. `undefined` if they take it, or if they check no header yet.
 *
 * @param application the deployed template of the application's stack
 */
export function rotationFault(application: ComparedTemplate, { frontDoorKeys }: Environment): string | undefined {
  const [sent = ''] = frontDoorKeys;
  const deployed = Object.values(application.Resources ?? {}).find(({ Type }) => Type === DIGESTS);
  const taken = deployed?.Properties?.['Keys'] as string[] | undefined;
  return taken === undefined || taken.includes(sent)
    ? undefined
    : `"frontDoorKeys" must begin with a key that the deployed functions take (${taken.join(', ')}), not with ${sent}: they would refuse every request. Deploy ${JSON.stringify([taken[0], sent])} first.`;
}
