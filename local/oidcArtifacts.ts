/** Sessions, codes and refresh tokens of the issuer, kept in a file: people stay signed in when the stack restarts. */
import { existsSync, readFileSync } from 'node:fs';
import type { AdapterFactory, AdapterPayload } from 'oidc-provider';
import { writeJson } from './localState.ts';

type Artifact = { payload: AdapterPayload; expiresAt: number };

/** Makes an adapter for each kind of artifact (`Session`, `Grant`, …). All of them keep their artifacts in one file. */
export function artifactStore(file: string): AdapterFactory {
  const kept: [string, Artifact][] = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : [];
  const artifacts = new Map(kept);
  const save = (): void => {
    for (const [key, { expiresAt }] of artifacts) if (expiresAt < Date.now()) artifacts.delete(key);
    writeJson(file, [...artifacts]);
  };
  const find = (matches: (key: string, payload: AdapterPayload) => boolean): AdapterPayload | undefined =>
    [...artifacts].find(([key, { payload, expiresAt }]) => expiresAt > Date.now() && matches(key, payload))?.[1]
      .payload;

  return (kind) => {
    const keyOf = (id: string): string => `${kind}:${id}`;
    const ofKind = (key: string): boolean => key.startsWith(`${kind}:`);
    return {
      upsert: async (id: string, payload: AdapterPayload, expiresInSeconds = Number.POSITIVE_INFINITY) => {
        // A date that JSON can hold stands for "never".
        const expiresAt = Math.min(Date.now() + expiresInSeconds * 1000, Number.MAX_SAFE_INTEGER);
        artifacts.set(keyOf(id), { payload, expiresAt });
        save();
      },
      find: async (id: string) => find((key) => key === keyOf(id)),
      findByUid: async (uid: string) => find((key, payload) => ofKind(key) && payload.uid === uid),
      findByUserCode: async (userCode: string) => find((key, payload) => ofKind(key) && payload.userCode === userCode),
      consume: async (id: string) => {
        const artifact = artifacts.get(keyOf(id));
        if (artifact) artifact.payload.consumed = Math.floor(Date.now() / 1000);
        save();
      },
      destroy: async (id: string) => {
        artifacts.delete(keyOf(id));
        save();
      },
      revokeByGrantId: async (grantId: string) => {
        for (const [key, { payload }] of artifacts) if (payload.grantId === grantId) artifacts.delete(key);
        save();
      },
    };
  };
}
