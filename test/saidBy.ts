import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/** Runs a command. @returns its exit code and what it says */
export async function saidBy(program: string, args: string[], variables: NodeJS.ProcessEnv = {}): Promise<string> {
  return promisify(execFile)(process.execPath, [program, ...args], {
    // No credentials of this machine, and no local stack.
    env: { PATH: process.env['PATH'], HOME: '/nowhere', LOCAL_DIR: '/nowhere', TZ: 'Asia/Tokyo', ...variables },
  }).then(
    ({ stdout }) => `0 ${stdout}`,
    ({ code, stderr }: { code: number; stderr: string }) => `${code} ${stderr}`,
  );
}
