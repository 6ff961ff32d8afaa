/** What the design system's own controls say. */
import english from '@cloudscape-design/components/i18n/messages/all.en';

export const components = english;
