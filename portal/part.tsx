import { type ComponentType, use } from 'react';
import { noAnswer } from '../shared/client/ApiProblem.ts';

/** A component that is loaded when it is first shown, or with `load`, before that. */
export type Part<Props extends object> = ComponentType<Props> & { load: () => void };

/** One function for each part that couldn't be loaded: lets the part be loaded again. */
const again = new Set<() => void>();

/**
 * A part of the portal that is loaded when it is first shown. If loading fails, as without a network, the part throws an ApiProblem
 * until `loadAgain` is called.
 *
 * @example const Members = part(async () => (await import('./members/Members.tsx')).Members);
 */
export function part<Props extends object>(load: () => Promise<ComponentType<Props>>): Part<Props> {
  let loaded: ComponentType<Props> | undefined;
  let loading: Promise<ComponentType<Props>> | undefined;
  const begin = () => {
    loading ??= load().then(
      (component) => {
        loaded = component;
        return component;
      },
      (cause: unknown) => {
        again.add(() => {
          loading = undefined;
        });
        throw Object.assign(noAnswer(), { cause });
      },
    );
    return loading;
  };
  function Part(props: Props) {
    const Loaded = loaded ?? use(begin());
    return <Loaded {...props} />;
  }
  return Object.assign(Part, {
    load: () => {
      // A failure here doesn't count: the part is loaded again when it is shown.
      begin().catch(() => {
        loading = undefined;
      });
    },
  });
}

/** Lets parts that couldn't be loaded try again when they are next shown. */
export function loadAgain(): void {
  for (const begin of again) begin();
  again.clear();
}
