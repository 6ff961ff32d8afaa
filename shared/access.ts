import rolesJson from './roles.json' with { type: 'json' };

/** Role by operation, as the first provider documents it. */
export const roles = rolesJson;
