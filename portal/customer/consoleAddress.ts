/** The address of a page of the provider's console. @param template an https address with places for ids (`consoleUrls` of the program) */
export const consoleAddress = (template: string, ids: { cloudId?: string; organizationId: string }): string =>
  Object.entries(ids).reduce(
    (address, [name, id]) => address.replaceAll(`{${name}}`, encodeURIComponent(id)),
    template,
  );
