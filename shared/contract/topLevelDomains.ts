import tlds from 'tlds' with { type: 'json' };

const ALL = /* @__PURE__ */ new Set(tlds);

/** Whether a label in lower case is the last label of host names (IANA's list). Mail programs turn a name with such an end into a link. */
export const isTopLevelDomain = (label: string): boolean => ALL.has(label);
