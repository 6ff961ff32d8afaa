import { type ComponentType, lazy } from 'react';
import { noAnswer } from '../shared/client/ApiProblem.ts';

/** What to do so that parts which couldn't be loaded are asked for again. */
const again = new Set<() => void>();

/**
 * A part of the portal that is loaded when it is first shown. One that can't be loaded, as without a network, fails as a request
 * does, until `loadAgain`.
 *
 * @example const Members = part(async () => (await import('./members/Members.tsx')).Members);
 */
export function part<Props extends object>(load: () => Promise<ComponentType<Props>>): ComponentType<Props> {
  const begin = () =>
    lazy(() =>
      load().then(
        (component) => ({ default: component }),
        (cause: unknown) => {
          again.add(() => {
            Loaded = begin();
          });
          throw Object.assign(noAnswer(), { cause });
        },
      ),
    );
  let Loaded = begin();
  return (props: Props) => <Loaded {...props} />;
}

export function loadAgain(): void {
  for (const begin of again) begin();
  again.clear();
}
