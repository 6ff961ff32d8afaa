/** One Chromium for all test files of a run. It starts when the first file asks for it. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { BrowserServer } from 'playwright-core';
import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  export interface ProvidedContext {
    /** An HTTP address: a GET returns the address at which Chromium takes connections. */
    chromium: string;
  }
}

/**
 * Runs in vitest's main process, before all files. A run without browser tests starts no Chromium.
 *
 * @returns a function that stops Chromium, after all files
 */
export async function setup({ provide }: TestProject): Promise<() => Promise<void>> {
  let started: Promise<BrowserServer> | undefined;
  const server = createServer(async (_, response) => {
    try {
      started ??= import('./chromium.ts').then(({ serveChromium }) => serveChromium());
      response.end((await started).wsEndpoint());
    } catch (error) {
      response.statusCode = 500;
      response.end(error instanceof Error ? error.message : String(error));
    }
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  provide('chromium', `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  return async () => {
    server.close();
    await started?.then(
      (chromium) => chromium.close(),
      // It did not start. The files that asked for it have failed with the reason.
      () => {},
    );
  };
}
