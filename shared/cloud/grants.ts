/** The items by which subjects find the existing clouds on which they have a role: their writes, and the lists of clouds. */
import { pageTokenInvalid } from '../contract/problem.ts';
import { type CloudSubject, GRANT_PREFIX, grantKey } from '../table/keys.ts';
import { type PageRequest, pageToken, readPage } from '../table/page.ts';
import { type Alongside, put, query, remove } from '../table/table.ts';
import { type AccountCloud, type CloudRole, loadAccountCloud } from './accountCloud.ts';

/** The writes for the subjects that get a first role on a cloud, or lose their last one. */
export function grantWrites(cloudId: string, before: CloudRole[], after: CloudRole[]): Alongside[] {
  const subjectsOf = (roles: CloudRole[]) => new Set(roles.map(({ subject }) => subject));
  const [had, have] = [subjectsOf(before), subjectsOf(after)];
  return [
    ...[...have].filter((subject) => !had.has(subject)).map((subject) => put(grantKey(subject, cloudId))),
    ...[...had].filter((subject) => !have.has(subject)).map((subject) => remove(grantKey(subject, cloudId))),
  ].map((write) => ({ write, refused: 'conflict' }));
}

/** An existing cloud, found under a subject. */
type Found = { id: string; cloud: AccountCloud; under: CloudSubject };

/**
 * A page of the clouds that are listed under these subjects, one subject after the other. A role may have ended since, so the caller
 * leaves out clouds, and pages may be short.
 *
 * @throws Problem PAGE_TOKEN_INVALID
 */
export async function grantsPage(
  subjects: CloudSubject[],
  page: PageRequest,
  scope: string,
): Promise<{ found: Found[]; nextPageToken?: string }> {
  const { limit, position = [] } = readPage(page, scope);
  const [from = '0', after = ''] = position;
  const keys: { id: string; under: CloudSubject }[] = [];
  let next: [subject: number, after: string] | undefined = [Number(from), after];
  while (next && keys.length < limit) {
    const [i, start]: [number, string] = next;
    const under = subjects[i];
    if (under === undefined) throw pageTokenInvalid();
    const { items, last } = await query({
      condition: 'pk = :subject AND begins_with(sk, :prefix)',
      values: { ':subject': under, ':prefix': GRANT_PREFIX },
      limit: limit - keys.length,
      start: start === '' ? undefined : grantKey(under, start),
    });
    keys.push(...items.map(({ sk }) => ({ id: sk.slice(GRANT_PREFIX.length), under })));
    if (last) next = [i, String(last['sk']).slice(GRANT_PREFIX.length)];
    else next = i + 1 < subjects.length ? [i + 1, ''] : undefined;
  }
  const clouds = await Promise.all(keys.map(({ id }) => loadAccountCloud(id)));
  return {
    found: keys.flatMap((key, i) => (clouds[i] ? [{ ...key, cloud: clouds[i] }] : [])),
    ...(next && { nextPageToken: pageToken(next.map(String), scope) }),
  };
}
