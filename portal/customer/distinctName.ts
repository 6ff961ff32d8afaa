type Named = { id: string; name: string };

/** The name of a thing within the names of its buttons: two things of a list can have the same name, but no two buttons. */
export const distinctName = (all: readonly Named[], { id, name }: Named): string =>
  all.some((other) => other.id !== id && other.name === name) ? `${name} (${id})` : name;
