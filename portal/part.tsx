import { type ComponentType, lazy } from 'react';
import { noAnswer } from '../shared/client/ApiProblem.ts';

/** One function for each part that couldn't be loaded: loads the part again. */
const again = new Set<() => void>();

/**
 * A part of the portal that is loaded when it is first shown. If loading fails, as without a network, the part throws an ApiProblem
 * until `loadAgain` is called.
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

/** Lets parts that couldn't be loaded try again when they are next shown. */
export function loadAgain(): void {
  for (const begin of again) begin();
  again.clear();
}
